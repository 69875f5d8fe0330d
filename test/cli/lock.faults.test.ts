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
import { openGateway } from '../management/gateway.ts';
import { applyAtOnce } from './one-writer.ts';
import { startTopo } from './topo.ts';
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

/** As another run does. */
async function lock(vhost: string): Promise<{ unlock: () => Promise<unknown> }> {
  const other = openTestBroker();
  const by = { user: 'deploy', host: 'build-7', command: 'topo apply', process: undefined };
  await other.locks.take([vhost], { by, patience: 0 });
  return { unlock: () => other.locks.giveAllBack() };
}
