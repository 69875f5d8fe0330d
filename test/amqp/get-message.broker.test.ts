// A message that is got on demand, and a connection that is lost on its way.
import { expect, onTestFinished, test } from 'vitest';
import { getMessage } from '../../src/amqp/get-message.ts';
import { openConnection } from '../../src/amqp/open-connection.ts';
import { layBed, plain } from '../harness/bed.ts';
import { openProxy } from '../proxy.ts';

test('what is cut off in the middle of a message rejects, and does not wait for ever', async () => {
  const bed = await layBed(plain);
  await bed.send('a'.repeat(1_000_000));
  const { hostname, port } = bed.target;
  const proxy = await openProxy({ host: hostname, port });
  onTestFinished(() => proxy.close());
  const target = { ...bed.target, hostname: '127.0.0.1', port: proxy.port };
  const model = await openConnection(target, {
    ...{ vhost: bed.vhost, name: 'test', timeout: 5_000, heartbeat: 10 },
  });
  model.on('error', () => undefined);
  const channel = await model.createChannel();
  expect(await getMessage(channel, 'w2')).toBeUndefined();
  // Behind the announcement of the message, and before its end.
  proxy.cutAnswers(1, 2_000);
  await expect(getMessage(channel, 'w1')).rejects.toThrow('the connection was cut');
});
