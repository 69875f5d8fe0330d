// A coordinator as a process of its own, that kills itself at a named step. Its settings come as JSON in the environment.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readTopology } from '../../../src/file/read-topology.ts';
import { conduct } from '../../../src/harness/train/conduct.ts';
import type { Job } from '../../../src/harness/train/job.generated.ts';
import { Ledger } from '../../../src/harness/train/ledger.ts';
import { ParameterStore } from '../../../src/harness/train/parameter-store.ts';
import type { LedgerRecord } from '../../../src/harness/train/records.ts';
import { Timeline } from '../../../src/harness/train/timeline.ts';
import { readRoles } from '../../../src/topology/roles.ts';
import { targetOf } from '../target.ts';

export interface CoordinatorProcessSettings {
  readonly file: string;
  readonly amqpUrl: string;
  readonly run: string;
  /** The working folder of all, which the run's folder is below. */
  readonly root: string;
  readonly shards: readonly { uri: string; sha256: string }[];
  readonly evaluation?: { uri: string; sha256: string };
  readonly job: Job;
  /** Such as `recorded r1.s2`; a step alone is the first of its kind. */
  readonly killAt?: string;
}

const settings = JSON.parse(
  process.env['COORDINATOR_SETTINGS'] ?? '{}',
) as CoordinatorProcessSettings;
const { run, root, shards, job, evaluation, killAt } = settings;
const roles = readRoles(await readTopology([settings.file], { vars: [], varFiles: [], env: {} }));
const path = join(root, 'runs', run);
await mkdir(path, { recursive: true });
const { ledger, records } = await Ledger.open(join(path, 'ledger.jsonl'));
const first: LedgerRecord =
  records.length > 0
    ? { at: Date.now(), kind: 'resumed' }
    : {
        at: Date.now(),
        kind: 'began',
        version: 1,
        run,
        job_sha256: '0'.repeat(64),
        rounds: job.rounds,
        shards,
      };
await ledger.append(first);
const { kind, learning_rate, momentum } = job.outer_optimizer;
const stop = new AbortController();
process.on('SIGTERM', () => stop.abort());
const { ending } = await conduct(
  {
    ...{ job, roles, results: roles.results ?? '', events: roles.events ?? '' },
    ...{ target: targetOf(settings.amqpUrl), timeout: 5_000, roots: [root] },
    folder: {
      ...{ run, path, ledger, records, shards },
      store: await ParameterStore.open(join(path, 'parameters')),
      timeline: await Timeline.open(join(path, 'timeline.jsonl')),
    },
    course: {
      ...{ run, shards: shards.length, rounds: job.rounds, enough: shards.length, init: true },
      ...{ evaluate_every: job.evaluation?.every, target: job.target },
      ...{
        straggler_factor: job.straggler_factor,
        heartbeat: 1_000,
        max_failures: job.max_failures,
      },
    },
    tasks: {
      ...{ run, seed: job.seed, hyperparameters: job.model.hyperparameters, shards, evaluation },
      ...{ local_steps: job.local_steps, store: job.store.kind },
    },
    optimizer: kind === 'average' ? { kind } : { kind, learning_rate, momentum },
    isOver: () => Promise.resolve(false),
    onStatus: () => undefined,
    onTimeline: (entry) => process.stdout.write(`${JSON.stringify(entry)}\n`),
    onWarning: (message) => process.stderr.write(`${message}\n`),
    onStep: async (step, of) => {
      const name = of.startsWith(`${run}.`) ? of.slice(run.length + 1) : of;
      if (killAt !== step && killAt !== `${step} ${name}`) return;
      process.kill(process.pid, 'SIGKILL');
      await new Promise(() => undefined);
    },
  },
  stop.signal,
);
await ledger.close();
process.stdout.write(
  `${JSON.stringify({ ...ending, error: 'error' in ending ? ending.error.message : undefined })}\n`,
);
