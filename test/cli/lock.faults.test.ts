// Applies at once, two, five and twenty of them, again and again: one writes at a time, the end is
// one of the files, and every exit 0 was true. Without the lock the same check fails.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exit } from '../../src/cli/exit.ts';
import { api, env, freshVhost, inVhost } from '../broker.ts';
import { atEffort } from '../effort.ts';
import { openTestBroker, userWith } from '../management/arrange.ts';
import { openGateway, type Asked } from '../management/gateway.ts';
import { applyAtOnce } from './one-writer.ts';
import type { Ended } from './call.ts';
import { runTopo, startTopo, type Running } from './topo.ts';
import { readNames } from './workers.ts';

let folder = '';
const tally = { rounds: 0, runs: 0, done: 0, wrote: 0, proven: 0 };
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-lock-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  const { rounds, runs, done, wrote, proven } = tally;
  console.log(
    `${rounds} rounds, ${runs} applies: ${done} ended with 0, ${wrote} of them wrote, ${proven} times seen to be true`,
  );
});

/** The same file for all, or 3 workers against 5, in turn. */
const workersOf = (count: number, round: number): number[] =>
  Array.from({ length: count }, (_, nth) => {
    if (round % 2 === 0) return 3 + (round % 4);
    return nth % 2 === 0 ? 3 : 5;
  });

/** Rounds in one vhost, each upon what the last one left. */
const inARow = 5;

test.each([
  [2, 100],
  [5, 60],
  [20, 40],
])('%i at once, %i times', { timeout: 7_200_000 }, async (count, times) => {
  const rounds = atEffort(times);
  for (let first = 0; first < rounds; first += inARow) {
    await inVhost(async (vhost) => {
      for (let round = first; round < Math.min(rounds, first + inARow); round++) {
        const workers = workersOf(count, round);
        const { runs, wrong, writers, proven } = await applyAtOnce(workers, { vhost, folder, env });
        tally.rounds++;
        tally.runs += runs.length;
        tally.done += runs.filter(({ code }) => code === exit.done).length;
        tally.wrote += writers.length;
        tally.proven += proven;
        expect(wrong, `round ${round}`).toEqual([]);
        for (const { code, err } of runs) expect(code, err).toBe(exit.done);
      }
    });
  }
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
