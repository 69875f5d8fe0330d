// A queue with many messages is carried over on a slow connection.
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { drain } from '../amqp/drain.ts';
import { broker, freshVhost } from '../broker.ts';
import { openSlowProxy } from '../slow-proxy.ts';
import { carryOver, fill, numbers, openChannel, setUp, stands, whole } from './carried-queue.ts';

const slow = 'a slow connection';

test(
  'the bindings wait until few messages are left',
  { timeout: 300_000, meta: { slow } },
  async () => {
    const vhost = await freshVhost();
    const setting = await setUp(vhost, {}, { arguments: { 'x-max-length': 100_000 } });
    const channel = await openChannel(vhost);
    const messages = 20_000;
    await fill(channel, setting.before.name, messages);
    const proxy = await openSlowProxy(broker.amqpUrl);
    const url = new URL(broker.amqpUrl);
    url.port = String(proxy.port);
    // Some 200 messages a second: less than a tenth of all in 10 s.
    proxy.bytesPerSecond = 20_000;
    const carried = carryOver(setting, {
      ...{ drainTimeout: 1_000, env: { AMQP_URL: url.href }, timeout: 120 },
    });
    carried.catch(() => undefined);
    await sleep(14_000);
    proxy.bytesPerSecond = Infinity;
    expect(await carried).toMatchObject({ messages });
    expect(await stands(setting)).toEqual(whole('after'));
    expect(await drain(channel, setting.before.name)).toEqual(numbers(messages));
  },
);
