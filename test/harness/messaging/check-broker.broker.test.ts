// What a worker looks at before it begins, over a connection that may be cut at any moment of it.
import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { checkBroker } from '../../../src/harness/messaging/check-broker.ts';
import { layBed, plain, type Bed } from '../bed.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** Cuts the connection instead of letting these bytes through to the broker. */
async function cutAt({ target }: Bed, bytes: readonly number[]): Promise<Bed['target']> {
  const server = createServer((client) => {
    const broker = connect({ host: target.hostname, port: target.port });
    client.on('error', () => broker.destroy()).on('close', () => broker.destroy());
    broker.on('error', () => client.destroy()).on('close', () => client.destroy());
    broker.pipe(client);
    client.on('data', (data) => {
      if (data.includes(Buffer.from(bytes))) client.destroy();
      else broker.write(data);
    });
  }).listen(0, '127.0.0.1');
  closers.push(() => server.close());
  await once(server, 'listening');
  return { ...target, hostname: '127.0.0.1', port: (server.address() as AddressInfo).port };
}

/** Class and method, as they stand on the wire. */
test.each([
  { when: 'a channel is opened', bytes: [0, 20, 0, 10] },
  { when: 'a queue is looked for', bytes: [0, 50, 0, 10] },
  { when: 'a channel is closed', bytes: [0, 20, 0, 40] },
])(
  'a connection that is cut when $when ends the look',
  async ({ bytes }) => {
    const bed = await layBed(plain);
    const target = await cutAt(bed, bytes);
    const options = { vhost: bed.vhost, timeout: 5_000, heartbeat: 5, name: 'tester' };
    const needed = [{ kind: 'queue', name: 'w1' } as const, { kind: 'queue', name: 'w2' } as const];
    await expect(checkBroker(target, options, needed)).rejects.toThrow(/clos|cut/i);
  },
  10_000,
);
