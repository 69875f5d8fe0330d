// Applies at once, each through a gateway of its own that notes what it writes and when.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exit } from '../../src/cli/exit.ts';
import { openGateway } from '../management/gateway.ts';
import type { Ended } from './call.ts';
import { startTopo } from './topo.ts';
import { namesOf, readNames, watch, writeWorkers, type Sample } from './workers.ts';

interface Run extends Ended {
  readonly workers: number;
  /** When the broker matched, as the report says. */
  readonly readAt: number | undefined;
}

export interface Round {
  readonly runs: readonly Run[];
  /** The runs, by number, in the order of their writes; writes in a row count once. */
  readonly writers: readonly number[];
  /** How often a report's time could be checked. */
  readonly proven: number;
  readonly wrong: readonly string[];
}

interface Where {
  readonly vhost: string;
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
}

/** `workers`: of each run. */
export async function applyAtOnce(workers: readonly number[], where: Where): Promise<Round> {
  const writers: number[] = [];
  const stop = watch(where.vhost);
  const runs = await Promise.all(
    workers.map((number, nth) =>
      applyOne(number, nth, where, () => {
        if (writers.at(-1) !== nth) writers.push(nth);
      }),
    ),
  );
  const samples = await stop();
  const checked = runs.map((run) => checkTime(run, samples));
  const left = (await readNames(where.vhost)).join();
  const isAFile = workers.some((number) => namesOf(number).join() === left);
  return {
    runs,
    writers,
    proven: checked.filter((one) => one === 'true').length,
    wrong: [
      ...checked.filter((one) => one !== 'true' && one !== 'unknown'),
      ...(isAFile ? [] : [`in the end there is ${left}`]),
      ...(new Set(writers).size === writers.length ? [] : [`writes of ${writers.join()}`]),
    ],
  };
}

async function applyOne(
  workers: number,
  nth: number,
  { vhost, folder, env }: Where,
  onWrite: () => void,
): Promise<Run> {
  const gateway = await openGateway({
    fault: 'a cut',
    reaches: true,
    when: ({ method, path }) => {
      if (method !== 'GET' && !path.endsWith('/topo.lock')) onWrite();
      return false;
    },
  });
  const report = join(folder, `${vhost}-${nth}.json`);
  const file = await writeWorkers(workers, vhost, folder);
  const args = ['apply', file, '--yes', '--allow-deletes', '100', '--lock-timeout', '900'];
  const at = { ...env, RABBITMQ_ENDPOINT: gateway.endpoint, AMQP_URL: 'amqp://127.0.0.1:1' };
  const ended = await startTopo([...args, '--report', report], folder, at).ended;
  gateway.close();
  const { read_at: readAt } = JSON.parse(await readFile(report, 'utf8')) as { read_at: string };
  return { ...ended, workers, readAt: ended.code === exit.done ? Date.parse(readAt) : undefined };
}

/** Compares with what was there right before and after: if both differ, nobody knows. */
function checkTime({ workers, readAt }: Run, samples: readonly Sample[]): string {
  if (readAt === undefined) return 'unknown';
  const before = samples.findLast(({ until }) => until < readAt)?.names;
  const after = samples.find(({ since }) => since > readAt)?.names;
  if (before !== after) return 'unknown';
  const isTrue = before === namesOf(workers).join();
  return isTrue ? 'true' : `an apply of ${workers} ended with 0 while there was ${before ?? ''}`;
}
