// The messages of a queue that are looked at one by one, on a real broker.
import type { ChannelModel } from 'amqplib';
import { expect, onTestFinished, test } from 'vitest';
import { openConnection } from '../../../src/amqp/open-connection.ts';
import type { AmqpTarget } from '../../../src/connection/amqp-target.ts';
import { hold } from '../../../src/harness/messaging/held.ts';
import { openProxy } from '../../proxy.ts';
import { layBed, plain, type Bed } from '../bed.ts';

async function open(bed: Bed, target: AmqpTarget = bed.target): Promise<ChannelModel> {
  const model = await openConnection(target, {
    ...{ vhost: bed.vhost, name: 'test', timeout: 5_000, heartbeat: 10 },
  });
  onTestFinished(() => model.close().catch(() => undefined));
  model.on('error', () => undefined);
  return model;
}

test('what is cut off in the middle of a message rejects, and does not wait for ever', async () => {
  const bed = await layBed(plain);
  await bed.send('a'.repeat(1_000_000));
  const { hostname, port } = bed.target;
  const proxy = await openProxy({ host: hostname, port });
  onTestFinished(() => proxy.close());
  const model = await open(bed, { ...bed.target, hostname: '127.0.0.1', port: proxy.port });
  const channel = await model.createConfirmChannel();
  // Behind the announcement of the message, and before its end.
  proxy.cutAnswers(1, 2_000);
  const looking = hold(channel, { queue: 'w1', limit: 20, user: undefined }, 1).next();
  await expect(looking).rejects.toThrow('the connection was cut');
});

test('the copy of a message that was looked at too often bears the name of its publisher', async () => {
  const bed = await layBed(plain);
  const channel = await (await open(bed)).createConfirmChannel();
  channel.publish('jobs', 'k1', Buffer.from('x'), { headers: { 'x-delivery-count': 18 } });
  await channel.waitForConfirms();
  const { username: user } = bed.target;
  for await (const held of hold(channel, { queue: 'w1', limit: 20, user }, 1)) {
    expect(held.isWorn).toBe(true);
    await held.renew();
  }
  const copy = await bed.take('w1');
  expect(copy?.content.toString()).toBe('x');
  expect(copy?.properties).toMatchObject({ userId: user, messageId: undefined, headers: {} });
});
