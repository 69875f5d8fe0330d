// Leaves a quorum queue as RabbitMQ 3.10 does if the connection that declares it is cut: listed,
// but dead.
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Queue } from '../../src/topology/object.ts';
import { api, broker } from '../broker.ts';
import { authorizationOf } from '../broker-of.ts';
import { isBefore } from '../version.ts';

/** Milliseconds to try for. On an idle machine 3.10 may leave none in that time, either. */
const patience = 20_000;

/** From 4.0 on, RabbitMQ leaves none, however often it is tried: there the queue is alive. */
export async function declareDead({ vhost, name, arguments: table }: Queue): Promise<void> {
  const path = `queues/${vhost}/${name}`;
  const args = { ...Object.fromEntries(table), 'x-queue-type': 'quorum' };
  const body = JSON.stringify({ durable: true, arguments: args }, (_, value: unknown) =>
    typeof value === 'bigint' ? Number(value) : value,
  );
  const end = performance.now() + patience;
  for (let attempt = 0; isBefore(4) && performance.now() < end; attempt++) {
    await declareAndCut(path, body, attempt % 10);
    await sleep(200);
    const found = await api('GET', path).catch(() => undefined);
    if (found !== undefined && (found as { leader?: string | null }).leader === null) return;
    if (found !== undefined) await api('DELETE', path);
  }
  await api('PUT', path, JSON.parse(body));
}

async function declareAndCut(path: string, body: string, after: number): Promise<void> {
  const { hostname, port } = new URL(broker.endpoint);
  const socket = connect({ host: hostname, port: Number(port) });
  await once(socket, 'connect');
  const head = [
    `PUT /api/${path} HTTP/1.1`,
    ...[`Host: ${hostname}`, `Authorization: ${authorizationOf(broker)}`],
    ...['Content-Type: application/json', `Content-Length: ${body.length}`],
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  await sleep(after);
  socket.resetAndDestroy();
}
