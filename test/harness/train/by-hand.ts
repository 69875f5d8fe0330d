// A run whose only worker answers by hand, for what no worker of ours would say. Its coordinator is
// a command.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import type { Job } from '../../../src/harness/train/job/job.generated.ts';
import { broker, freshVhost } from '../../broker.ts';
import { startBuilt, startHarness, type Running } from '../run-harness.ts';
import { job as chaosJob } from './chaos/job.ts';
import { TrainBed } from './chaos/train-bed.ts';
import { HandWorker, parameters } from './hand-worker.ts';

const job: Job = {
  ...{ ...chaosJob, shards: ['data/0.safetensors'], rounds: 1, store: { kind: 'inline' } },
  ...{ max_failures: 3, evaluation: { shard: 'data/4.safetensors', every: 1 } },
};

/** Not what they hash to. */
export const bad = { ...parameters, sha256: '0'.repeat(64) };

/** Laid again for each test of the file that makes it. */
export class ByHand {
  url = '';
  readonly coordinators: Running[] = [];
  #bed: TrainBed | undefined;
  #worker: HandWorker | undefined;

  constructor() {
    beforeEach(async () => {
      const vhost = await freshVhost();
      const root = await mkdtemp(join(tmpdir(), 'topo-train-'));
      this.url = `${broker.amqpUrl}/${vhost}`;
      this.#bed = await TrainBed.lay({ url: this.url, vhost, root, code: '', queues: 1 });
      this.#worker = await HandWorker.open(this.url, 'w1');
    });
    afterEach(async () => {
      for (const { child, ended } of this.coordinators.splice(0)) {
        child.kill('SIGKILL');
        await ended;
      }
      await this.worker.close();
      await rm(this.bed.root, { recursive: true });
    });
  }

  get bed(): TrainBed {
    if (this.#bed === undefined) throw new Error('only within a test');
    return this.#bed;
  }

  get worker(): HandWorker {
    if (this.#worker === undefined) throw new Error('only within a test');
    return this.#worker;
  }

  train(changes: Partial<Job> = {}, ...flags: string[]): Promise<Running> {
    return this.trainOver(broker.amqpUrl, changes, ...flags);
  }

  async trainOver(
    amqpUrl: string,
    changes: Partial<Job> = {},
    ...flags: string[]
  ): Promise<Running> {
    const args = await this.#argsOf(changes, flags);
    const coordinator = startHarness(args, { cwd: this.bed.root, amqpUrl });
    this.coordinators.push(coordinator);
    return coordinator;
  }

  /** In this process, which takes a fraction of the time: for what kills no coordinator. */
  async trainHere(changes: Partial<Job> = {}, ...flags: string[]): Promise<Omit<Running, 'child'>> {
    return startBuilt(await this.#argsOf(changes, flags), { cwd: this.bed.root });
  }

  async #argsOf(changes: Partial<Job>, flags: readonly string[]): Promise<string[]> {
    await writeFile(join(this.bed.root, 'job.yaml'), JSON.stringify({ ...job, ...changes }));
    return ['train', 'job.yaml', '--run', 'run', '--format', 'json', ...flags];
  }

  /** How many messages wait in a queue. */
  depth(queue: string): Promise<number> {
    return this.bed.onBroker(async (channel) => (await channel.checkQueue(queue)).messageCount);
  }
}
