// Runs on the shared broker, with real processes: each must come to the model of a run that nothing
// happened to.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import type { Job } from '../../../src/harness/train/job/job.generated.ts';
import type { LedgerRecord, TimelineEntry } from '../../../src/harness/train/model/records.ts';
import { atEnd } from '../../at-end.ts';
import { broker, freshVhost } from '../../broker.ts';
import { copyCode, deleteCode } from '../chaos/code.ts';
import type { Actor } from './chaos/actor.ts';
import { attempt } from './chaos/attempts.ts';
import { job as smallJob } from './chaos/job.ts';
import { oracle } from './chaos/oracle.ts';
import {
  TrainBed,
  until,
  type CoordinatorOptions,
  type WorkerSettings,
} from './chaos/train-bed.ts';
import { violationsOf, type Had } from './chaos/verdict.ts';

/** Without workers. */
export async function layBed(queues: number): Promise<TrainBed> {
  const vhost = await freshVhost();
  const code = await copyCode();
  const root = await mkdtemp(join(tmpdir(), 'topo-train-'));
  const url = `${broker.amqpUrl}/${vhost}`;
  const bed = await TrainBed.lay({ url, vhost, root, code, queues });
  atEnd(async () => {
    await bed.close();
    await rm(root, { recursive: true });
    await deleteCode(code);
  });
  return bed;
}

/**
 * For all tests of a file: these workers, w2 and w3, outlive each test. Other workers are a test's
 * own, and leave behind in their queues what they had.
 */
export async function laySharedBed(workers: readonly number[] = [2, 3]): Promise<TrainBed> {
  const bed = await layBed(5);
  await working(workers.map((n) => bed.worker({ n })));
  return bed;
}

const working = (workers: readonly Actor[]): Promise<void> =>
  until(
    () => workers.every((worker) => worker.has((line) => line.working !== undefined)),
    'workers',
  );

/** One that works, until the end of the test. */
export async function startWorker(bed: TrainBed, settings: WorkerSettings): Promise<Actor> {
  const worker = bed.worker(settings);
  onTestFinished(() => worker.kill());
  await working([worker]);
  return worker;
}

let model: Promise<string> | undefined;
const modelOf = (bed: TrainBed): Promise<string> =>
  (model ??= oracle(bed.root, smallJob, bed.data));

export const waits = (...steps: string[]): CoordinatorOptions => ({
  plans: steps.map((step) => ({ step, nth: 1, how: 'wait' })),
});

let runs = 0;

export class Run {
  readonly name = `run-${++runs}`;
  readonly #bed: TrainBed;
  readonly #options: CoordinatorOptions;
  #coordinator: Actor | undefined;

  constructor(bed: TrainBed, options: CoordinatorOptions = {}) {
    this.#bed = bed;
    this.#options = options;
  }

  /** Also to go on with it. */
  start(): this {
    const coordinator = this.#bed.coordinator(this.name, this.#options);
    onTestFinished(() => coordinator.kill());
    this.#coordinator = coordinator;
    return this;
  }

  get coordinator(): Actor {
    if (this.#coordinator === undefined) throw new Error(`${this.name} is not started`);
    return this.#coordinator;
  }

  /** Kills the coordinator at each step, and resumes the run; gives the steps it died at. */
  async dieAt(steps: readonly string[]): Promise<readonly string[]> {
    const plans = steps.map((step) => ({ step, nth: 1, how: 'kill' }) as const);
    const next = (): CoordinatorOptions => ({ plans: plans.splice(0, 1) });
    const { ending, deaths, had } = await attempt(this.#bed, this.name, next);
    expect(ending).toEqual({ kind: 'finished' });
    await this.isWell(had);
    return deaths;
  }

  /** That it waits at: the n-th. */
  reachesStep(nth = 1): Promise<void> {
    const { lines } = this.coordinator;
    return until(() => lines.filter(({ at }) => at !== undefined).length >= nth, 'the step');
  }

  isJoinedBy(workers: number): Promise<void> {
    const { lines } = this.coordinator;
    const joined = () => lines.filter(({ entry }) => entry?.state === 'joined').length;
    return until(() => joined() >= workers, 'workers');
  }

  /** It ends, and it is what it must be. */
  async finishes(): Promise<void> {
    const code = await this.coordinator.ended;
    const { ending } = this.coordinator.lines.find((line) => line.ending) ?? {};
    const finished = expect.objectContaining({ kind: 'finished' }) as unknown;
    expect({ code, ending }).toEqual({ code: 0, ending: finished });
    await this.isWell();
  }

  async isWell(had: readonly Had[] = []): Promise<void> {
    const job: Job = this.#options.job ?? smallJob;
    const expected = { model: await modelOf(this.#bed), job, had };
    expect(await violationsOf(this.#bed, this.name, expected)).toEqual([]);
  }

  timeline(): Promise<TimelineEntry[]> {
    return this.#bed.timeline(this.name);
  }

  ledger(): Promise<LedgerRecord[]> {
    return this.#bed.ledger(this.name);
  }
}
