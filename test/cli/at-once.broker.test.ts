// Two applies at once that may not lock the vhost: one that exits 0 has seen the broker match its
// file at the moment that it names. Of two plans that replace the same queue, one learns that the
// other came first.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { exit } from '../../src/cli/exit.ts';
import { api, broker, env, freshVhost } from '../broker.ts';
import { userWith } from '../management/arrange.ts';
import { firstOf, testInWhole } from '../sample.ts';
import { withoutClassic } from '../version.ts';
import type { Ended } from './call.ts';
import { callTopo, runTopo } from './topo.ts';
import { namesOf, watch, writeWorkers } from './workers.ts';

let folder = '';
let vhost = '';
let unlocked = env;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-at-once-'));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  vhost = await freshVhost();
  const rights = { configure: '^(?!topo\\.lock$)', write: '.*', read: '.*' };
  const user = await userWith(`user-${vhost}`, 'management', { [vhost]: rights });
  unlocked = { ...env, ...(user as typeof env) };
});

const flags = ['--yes', '--allow-deletes', '100'];
const apply = async (workers: number, ...more: string[]): Promise<Ended> => {
  const file = await writeWorkers(workers, vhost, folder);
  return runTopo(['apply', file, ...flags, ...more], folder, unlocked);
};

/** Passes requests on to the broker, each once `before` it is done. */
async function openGateway(before: (request: IncomingMessage) => Promise<void>): Promise<string> {
  const pass = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    await before(request);
    const { method = 'GET', headers } = request;
    const answer = await fetch(broker.endpoint + (request.url ?? ''), {
      method,
      headers: {
        authorization: headers.authorization ?? '',
        'content-type': 'application/json',
      },
      ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
    });
    const body = Buffer.from(await answer.arrayBuffer());
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(body);
    response.emit('answered');
  };
  const server = createServer((request, response) => void pass(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const moments = [
  ['after it has written', 2],
  ['with nothing to write', 3],
] as const;
test.each(firstOf(moments))(
  'what another made between two lists of the last reading is seen, %s',
  async (_, workers) => {
    await apply(workers);
    let isReading = workers === 3;
    let ended: Promise<Ended> | undefined;
    // The list of queues is answered before the other apply begins; the list of bindings waits for
    // it.
    const endpoint = await openGateway(async ({ method, url = '' }) => {
      isReading ||= method !== 'GET';
      const isList = method === 'GET' && url.startsWith('/api/bindings/');
      if (!isReading || !isList || ended !== undefined) return;
      await new Promise((resolve) => setTimeout(resolve, 500));
      ended = apply(5);
      await ended;
    });
    const file = await writeWorkers(3, vhost, folder);
    const told = await callTopo(['apply', file, ...flags], folder, {
      ...unlocked,
      RABBITMQ_ENDPOINT: endpoint,
    });
    expect(await ended).toMatchObject({ code: exit.done });
    expect(told).toMatchObject({ code: exit.partial });
    expect(told.out).toMatch(/ not as planned: .*queues\/\S+\/worker_[45]/);
  },
);

test('3 workers against 5: exit 0 was true when it was reported', async () => {
  let proven = 0;
  for (let round = 1; proven === 0 && round <= 5; round++) {
    const stop = watch(vhost);
    const runs = await Promise.all(
      [3, 5].map(async (workers) => {
        const report = join(folder, `${workers}-${round}.json`);
        const { code, out } = await apply(workers, '--report', report);
        return { workers, code, out, report };
      }),
    );
    const samples = await stop();
    for (const { workers, code, out, report } of runs) {
      expect([exit.done, exit.partial]).toContain(code);
      if (code !== exit.done) continue;
      expect(out).toMatch(/read again: the broker matched at \d\d:\d\d:\d\d\n$/);
      const { read_at } = JSON.parse(await readFile(report, 'utf8')) as { read_at: string };
      const at = Date.parse(read_at);
      const around = [
        samples.findLast(({ until }) => until < at)?.names,
        samples.find(({ since }) => since > at)?.names,
      ];
      // Where both differ, it changed in between, and nobody knows when.
      if (around[0] !== around[1]) continue;
      expect(around[0]).toBe(namesOf(workers).join());
      proven++;
    }
  }
  expect(proven).toBeGreaterThan(0);
});

/** Saves a plan that gives a queue this length; the queue has someone else's binding. */
async function savePlan(length: number): Promise<string> {
  const [file, saved] = [`${length}-${vhost}.yaml`, join(folder, `${length}-${vhost}.json`)];
  const queue = `{ name: q, arguments: { x-max-length: ${length} } }`;
  await writeFile(join(folder, file), `vhost: ${vhost}\nqueues: [${queue}]\n`);
  await callTopo(['plan', file, '--out', saved], folder, unlocked);
  return saved;
}
async function arrangeQueue(): Promise<void> {
  await api('PUT', `queues/${vhost}/q`, { durable: true });
  await api('POST', `bindings/${vhost}/e/amq.topic/q/q`, { routing_key: 'theirs' });
}
async function standing(): Promise<unknown> {
  const queues = (await api('GET', `queues/${vhost}`)) as { name: string; arguments: object }[];
  const bound = (await api('GET', `bindings/${vhost}/e/amq.topic/q/q`)) as unknown[];
  return [
    ...queues.map(({ name, arguments: args }) => ({ name, args: withoutClassic(args) })),
    bound.length,
  ];
}

const sameAndOther = [
  ['does the same', 6],
  ['does otherwise', 5],
] as const;
describe.each(['first', 'last'] as const)('another run comes before its %s look', (look) => {
  const rows = look === 'last' ? firstOf(sameAndOther) : firstOf(sameAndOther.toReversed());
  test.each(rows)('and %s: the loser is told, and writes nothing', async (_what, length) => {
    await arrangeQueue();
    const [loser, winner] = [await savePlan(6), await savePlan(length)];
    let looks = 0;
    let won: Ended | undefined;
    const endpoint = await openGateway(async ({ method, url = '' }) => {
      if (method !== 'GET' || !url.startsWith(`/api/queues/${vhost}/q?`)) return;
      if (++looks === (look === 'first' ? 1 : 2)) {
        won = await runTopo(['apply', winner, '--yes'], folder, unlocked);
      }
    });
    const report = join(folder, `${vhost}.json`);
    const lost = await callTopo(['apply', loser, '--yes', '--report', report], folder, {
      ...unlocked,
      RABBITMQ_ENDPOINT: endpoint,
    });
    expect(won).toMatchObject({ code: exit.done });
    expect(lost, lost.out + lost.err).toMatchObject({ code: exit.stale });
    expect(lost.out).toContain(
      `  ! replace queue q: stale: queues/${vhost}/q stays: it has changed since planning\n` +
        '      plan again: another run may have done it\n',
    );
    const { outcomes } = JSON.parse(await readFile(report, 'utf8')) as { outcomes: object[] };
    expect(outcomes).toMatchObject([{ kind: 'stale' }, { kind: 'blocked' }]);
    expect(await standing()).toEqual([{ name: 'q', args: { 'x-max-length': length } }, 1]);
  });
});

testInWhole(
  'the loser keeps no record of what it did not take, even if the other run is half done',
  async () => {
    await arrangeQueue();
    const loser = await savePlan(6);
    let looks = 0;
    const endpoint = await openGateway(async ({ method, url = '' }) => {
      if (method !== 'GET' || !url.startsWith(`/api/queues/${vhost}/q?`) || ++looks !== 2) return;
      await api('DELETE', `queues/${vhost}/q`);
      await api('PUT', `queues/${vhost}/q`, { durable: true, arguments: { 'x-max-length': 5 } });
    });
    const lost = await callTopo(['apply', loser, '--yes'], folder, {
      ...unlocked,
      RABBITMQ_ENDPOINT: endpoint,
    });
    expect(lost, lost.out + lost.err).toMatchObject({ code: exit.stale });
    expect(lost.err).not.toContain('is written down');
    expect(await standing()).toEqual([{ name: 'q', args: { 'x-max-length': 5 } }, 0]);
  },
);
