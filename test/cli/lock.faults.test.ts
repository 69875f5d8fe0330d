// Applies at once, two, five and twenty of them, again and again: one writes at a time, the end is
// one of the files, and every exit 0 was true. Without the lock the same check fails.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exit } from '../../src/cli/exit.ts';
import { api, env, freshVhost, inVhost } from '../broker.ts';
import { tryAll, type Fared } from '../faults.ts';
import { openTestBroker, userWith } from '../management/arrange.ts';
import { openGateway, type Asked } from '../management/gateway.ts';
import { applyAtOnce } from './one-writer.ts';
import type { Ended } from './call.ts';
import { runTopo, startTopo, type Running } from './topo.ts';
import { readNames } from './workers.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-lock-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** The same file for all, or 3 workers against 5, in turn. */
const workersOf = (count: number, round: number): number[] =>
  Array.from({ length: count }, (_, nth) => {
    if (round % 2 === 0) return 3 + (round % 4);
    return nth % 2 === 0 ? 3 : 5;
  });

const slow = 'a process for each apply';
test.each([
  { count: 2, rounds: 100, atOnce: 3 },
  { count: 5, rounds: 60, atOnce: 2 },
  { count: 20, rounds: 40, atOnce: 1 },
])('$count at once, $rounds times', { meta: { slow }, timeout: 3_600_000 }, async (row) => {
  const cases = Array.from({ length: row.rounds }, (_, round) => ({
    workers: workersOf(row.count, round),
    round,
  }));
  let times = 0;
  await tryAll('atOnce', cases, row.atOnce, ({ workers }) =>
    inVhost(async (vhost): Promise<Fared> => {
      const { runs, wrong, proven } = await applyAtOnce(workers, { vhost, folder, env });
      times += proven;
      const failed = runs
        .filter(({ code }) => code !== exit.done)
        .map(({ code, err }) => `exit ${code ?? 'none'}: ${err}`);
      return { ended: 'ended with 0 each', wrong: [...wrong, ...failed] };
    }),
  );
  expect(times, 'reports whose time could be checked').toBeGreaterThan(row.rounds / 2);
});

test('without the lock, that finds two that write at once', async () => {
  const vhost = await freshVhost();
  const rights = { configure: '^(?!topo\\.lock$)', write: '.*', read: '.*' };
  const user = (await userWith(`user-${vhost}`, 'management', { [vhost]: rights })) as typeof env;
  const found: string[] = [];
  for (let round = 0; round < 10 && found.length === 0; round++) {
    const { wrong } = await applyAtOnce([3, 5, 3, 5, 5], {
      vhost,
      folder,
      env: { ...env, ...user },
    });
    found.push(...wrong);
  }
  expect(found).not.toEqual([]);
});

test('a lock that is lost before the first write ends with 4, later with 6', async () => {
  const vhost = await freshVhost();
  const text = (names: string[]) =>
    `vhost: ${vhost}\nqueues:\n${names.map((name) => `  - { name: ${name} }\n`).join('')}`;
  for (const [at, code] of [
    ['a', exit.refused],
    ['b', exit.partial],
  ] as const) {
    await writeFile(join(folder, 'topology.yaml'), text([`a-${code}`, `b-${code}`]));
    let other: Awaited<ReturnType<typeof lock>> | undefined;
    const gateway = await openGateway({
      fault: 'a cut',
      reaches: false,
      when: async ({ method, path }) => {
        // As if its lock had expired, and it had been stopped until then.
        const isHere = at === 'a' ? path.includes('/bindings/') : path.endsWith(`/a-${code}`);
        if (!isHere || method === 'DELETE' || other !== undefined) return false;
        await api('DELETE', `queues/${vhost}/topo.lock`);
        other = await lock(vhost);
        run.child.kill('SIGSTOP');
        setTimeout(() => run.child.kill('SIGCONT'), 26_000);
        return false;
      },
    });
    const reached = { RABBITMQ_ENDPOINT: gateway.endpoint, AMQP_URL: 'amqp://127.0.0.1:1' };
    const run = startTopo(['apply', '--yes', '--parallelism', '1'], folder, { ...env, ...reached });
    const ended = await run.ended;
    gateway.close();
    expect(ended, ended.out + ended.err).toMatchObject({ code });
    expect(ended.out).toContain('skipped: the lock of vhost');
    await other?.unlock();
    expect((await readNames(vhost)).includes(`b-${code}`)).toBe(false);
  }
});

test('what was taken away is put back no further once the lock is lost', async () => {
  const vhost = await freshVhost();
  const file = `vhost: ${vhost}\nexchanges: [{ name: x, type: topic }]\n`;
  await writeFile(join(folder, 'topology.yaml'), file);
  await api('PUT', `exchanges/${vhost}/x`, { type: 'direct', durable: true });
  await api('PUT', `queues/${vhost}/theirs`, { durable: true });
  await api('POST', `bindings/${vhost}/e/x/q/theirs`, { routing_key: 'a' });
  const bound = () => api('GET', `exchanges/${vhost}/x/bindings/source`);
  const killed = await applyUntil(
    ({ method, path }) => method === 'DELETE' && path.includes('/x'),
    ({ child }) => void child.kill('SIGKILL'),
  );
  expect(killed.code).toBeNull();

  let other: Awaited<ReturnType<typeof lock>> | undefined;
  const ended = await applyUntil(
    ({ method, path }) => method === 'PUT' && path.endsWith('/x'),
    async ({ child }) => {
      if (other !== undefined) return;
      await api('DELETE', `queues/${vhost}/topo.lock`);
      other = await lock(vhost);
      child.kill('SIGSTOP');
      setTimeout(() => child.kill('SIGCONT'), 26_000);
    },
  );
  expect(ended.err).toContain(`a: the lock of vhost "${vhost}" was lost: `);
  expect(ended.code).toBe(exit.partial);
  expect(await bound()).toEqual([]);
  await other?.unlock();
  const last = await runTopo(['apply', '--yes'], folder, env);
  expect(last.code, last.err).toBe(exit.done);
  expect(await bound()).toMatchObject([{ routing_key: 'a' }]);
});

/** Applies over HTTP, and calls `then` with each of these requests once the broker has it. */
async function applyUntil(
  isIt: (asked: Asked) => boolean,
  then: (run: Running) => Promise<void> | void,
): Promise<Ended> {
  const gateway = await openGateway({
    fault: async (response, passed) => {
      await then(run);
      response.writeHead(passed?.status ?? 502).end(passed?.body);
    },
    reaches: true,
    when: isIt,
  });
  const reached = { RABBITMQ_ENDPOINT: gateway.endpoint, AMQP_URL: 'amqp://127.0.0.1:1' };
  const run = startTopo(['apply', '--yes', '--parallelism', '1'], folder, { ...env, ...reached });
  const ended = await run.ended;
  gateway.close();
  return ended;
}

/** As another run does. */
async function lock(vhost: string): Promise<{ unlock: () => Promise<unknown> }> {
  const other = openTestBroker();
  const by = { user: 'deploy', host: 'build-7', command: 'topo apply', process: undefined };
  await other.locks.take([vhost], { by, patience: 0 });
  return { unlock: () => other.locks.giveAllBack() };
}
