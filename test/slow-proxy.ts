// A real TCP proxy to a broker that is far away: it passes on only so many bytes a second.
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { atEnd } from './at-end.ts';

export interface SlowProxy {
  readonly port: number;
  /** What clients send, on each connection. */
  bytesPerSecond: number;
}

/** `url`: where the broker listens. */
export async function openSlowProxy(url: string): Promise<SlowProxy> {
  const { hostname: host, port } = new URL(url);
  const sockets = new Set<Socket>();
  const listener = createServer({ noDelay: true }, (client) => {
    const server = connect({ host, port: Number(port), noDelay: true });
    const pass = async (data: Buffer): Promise<void> => {
      client.pause();
      for (let at = 0; at < data.length; at += most) {
        const some = data.subarray(at, at + most);
        server.write(some);
        await sleep((some.length / proxy.bytesPerSecond) * 1_000);
      }
      client.resume();
    };
    client.on('data', (data) => void pass(data));
    server.on('data', (data) => client.write(data));
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  atEnd(() => {
    listener.close();
    sockets.forEach((socket) => socket.destroy());
  });
  const proxy = { port: (listener.address() as AddressInfo).port, bytesPerSecond: Infinity };
  return proxy;
}

/** Bytes at once. */
const most = 2_048;
