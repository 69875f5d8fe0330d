import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { grant } from '../../src/topology/grant.ts';
import { freshVhost } from '../broker.ts';
import { openTestBroker, queue, userWith } from '../management/arrange.ts';

test('a user who may not replace a queue learns which permission is missing', async () => {
  const vhost = await freshVhost();
  const none = { configure: '^$', write: '^$', read: '^$' };
  const user = `topo-${randomUUID()}`;
  const env = await userWith(user, 'management', { [vhost]: none });
  const [before, after] = [queue(vhost, 'q'), queue(vhost, 'q', { durable: false })];
  await openTestBroker().put(before);
  const replacing = openTestBroker(env).replace(before, after, [], 'lose-nothing');
  await expect(replacing).rejects.toMatchObject({
    message: expect.stringMatching(/^AMQP: .*access to queue 'q' in vhost .* refused/) as string,
    hint: grant(user, vhost, { configure: ['q'] }),
  });
});
