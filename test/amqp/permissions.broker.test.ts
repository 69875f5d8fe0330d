import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { freshVhost } from '../broker.ts';
import { openTestBroker, queue, userWith } from '../management/arrange.ts';

test('a user who may not replace a queue is told which permission that takes', async () => {
  const vhost = await freshVhost();
  const none = { configure: '^$', write: '^$', read: '^$' };
  const env = await userWith(`topo-${randomUUID()}`, 'management', { [vhost]: none });
  const [before, after] = [queue(vhost, 'q'), queue(vhost, 'q', { durable: false })];
  await openTestBroker().put(before);
  const replacing = openTestBroker(env).replace(before, after, [], 'lose-nothing');
  await expect(replacing).rejects.toMatchObject({
    message: expect.stringMatching(/^AMQP: .*access to queue 'q' in vhost .* refused/) as string,
    hint: 'the user needs a permission for it: rabbitmqctl set_permissions -p VHOST USER CONFIGURE WRITE READ',
  });
});
