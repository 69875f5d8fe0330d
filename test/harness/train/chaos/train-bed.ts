// A vhost with a topology and a folder with data: where coordinators and workers, as processes of
// their own, work on runs.
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type ConfirmChannel as Channel } from 'amqplib';
import type { Job } from '../../../../src/harness/train/job/job.generated.ts';
import { readLedger } from '../../../../src/harness/train/run/ledger.ts';
import type { LedgerRecord, TimelineEntry } from '../../../../src/harness/train/model/records.ts';
import { readTimeline } from '../../../../src/harness/train/run/timeline.ts';
import { Actor } from './actor.ts';
import { job as smallJob, writeData, type Data } from './job.ts';

/** At the n-th time that the step is reached: `recorded`, or `recorded r1.s2`. */
export interface Plan {
  readonly step: string;
  readonly nth: number;
}

export interface CoordinatorPlan extends Plan {
  readonly how: 'kill' | 'wait';
}

export interface CoordinatorOptions {
  readonly job?: Job;
  readonly plans?: readonly CoordinatorPlan[];
  readonly port?: number;
  /** Seconds. */
  readonly amqp_heartbeat?: number;
}

export interface WorkerSettings {
  /** Of its queue, from 1; it has a state folder for each. */
  readonly n: number;
  readonly plan?: Plan;
  /** Milliseconds that a training takes longer, from and to. */
  readonly delay?: readonly [number, number];
  /** Results that are not valid, of these kinds in turn: at the n-th training, or always. */
  readonly bad?: { readonly kinds: readonly BadKind[]; readonly nth?: number };
  /** The share of results that come twice. */
  readonly doubles?: number;
  readonly port?: number;
}

type BadKind = 'shape' | 'nan' | 'missing' | 'lie';

export interface BedOptions {
  /** Such as amqp://guest:password@127.0.0.1:5672/vhost. */
  readonly url: string;
  readonly vhost: string;
  readonly root: string;
  readonly code: string;
  readonly queues: number;
}

/** Milliseconds between heartbeats of the workers. */
const heartbeat = 300;

const script = (name: string): string => new URL(name, import.meta.url).pathname;

export class TrainBed {
  readonly data: Data;
  readonly #options: BedOptions;
  readonly #file: string;
  readonly #log: string;
  readonly #actors = new Set<Actor>();
  #workers = 0;

  private constructor(options: BedOptions, data: Data) {
    this.#options = options;
    this.data = data;
    this.#file = join(options.root, 'topology.yaml');
    this.#log = join(options.root, 'log');
  }

  static async lay(options: BedOptions): Promise<TrainBed> {
    const bed = new TrainBed(options, await writeData(options.root));
    await writeFile(bed.#file, topologyOf(options));
    await bed.onBroker((channel) => declare(channel, options.queues));
    return bed;
  }

  get root(): string {
    return this.#options.root;
  }

  get port(): number {
    return Number(new URL(this.#options.url).port);
  }

  get #password(): string {
    return new URL(this.#options.url).password;
  }

  coordinator(run: string, options: CoordinatorOptions = {}): Actor {
    const { root, code } = this.#options;
    const resume = existsSync(join(root, 'runs', run));
    return this.#spawn('coordinator.mjs', 'TRAIN_COORDINATOR', {
      ...{ job: smallJob, plans: [], port: this.port, ...options, ...this.data },
      ...{ run, root, code, resume, heartbeat, file: this.#file, password: this.#password },
    });
  }

  worker({ n, port = this.port, ...settings }: WorkerSettings): Actor {
    const { root, code, url } = this.#options;
    return this.#spawn('worker.mjs', 'TRAIN_WORKER', {
      ...{ delay: [5, 40], doubles: 0, ...settings, root, code, port, heartbeat },
      ...{ file: this.#file, broker: url, queue: `w${n}`, password: this.#password },
      ...{ name: `w${n}:${++this.#workers}`, state: join(root, `state-${n}`) },
    });
  }

  #spawn(name: string, variable: string, settings: object): Actor {
    const actor = new Actor(script(name), variable, settings, this.#log);
    this.#actors.add(actor);
    void actor.ended.then(() => this.#actors.delete(actor));
    return actor;
  }

  ledger(run: string): Promise<LedgerRecord[]> {
    return readLedger(join(this.root, 'runs', run, 'ledger.jsonl'));
  }

  timeline(run: string): Promise<TimelineEntry[]> {
    return readTimeline(join(this.root, 'runs', run, 'timeline.jsonl'));
  }

  model(run: string): Promise<Buffer> {
    return readFile(join(this.root, 'runs', run, 'model.safetensors'));
  }

  /** Past the harness. */
  async onBroker<T>(act: (channel: Channel) => Promise<T>): Promise<T> {
    const model = await connect(this.#options.url);
    model.on('error', () => undefined);
    try {
      const channel = await model.createConfirmChannel();
      channel.on('error', () => undefined);
      const given = await act(channel);
      await channel.waitForConfirms();
      return given;
    } finally {
      await model.close().catch(() => undefined);
    }
  }

  /** Ends all processes. */
  async close(): Promise<void> {
    await Promise.all([...this.#actors].map((actor) => actor.kill()));
  }
}

/** Fails, saying what, when it takes too long. */
export async function until(
  isSo: () => boolean | Promise<boolean>,
  what: string,
  patience = 30_000,
): Promise<void> {
  const deadline = Date.now() + patience;
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${what}`);
    await sleep(10);
  }
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, at) => at + 1);

function topologyOf({ vhost, queues }: BedOptions): string {
  const workers = numbers(queues).map((n) => `w${n}`);
  return JSON.stringify({
    vhost,
    harness: {
      ...{ tasks: 'jobs', results: 'results', events: 'events' },
      ...{ dead_letter: 'dead', retry: ['wait'] },
    },
    exchanges: [
      { name: 'jobs', type: 'direct' },
      { name: 'wait', type: 'fanout' },
      { name: 'events', type: 'topic' },
    ],
    queues: [
      ...[...workers, 'results', 'dead'].map((name) => ({ name })),
      { name: 'wait', arguments: waiting },
    ],
    bindings: [
      ...workers.map((name) => ({ source: 'jobs', destination: name, routing_key: name })),
      { source: 'wait', destination: 'wait' },
    ],
  });
}

const waiting = { 'x-message-ttl': 200, 'x-dead-letter-exchange': 'jobs' };

async function declare(channel: Channel, queues: number): Promise<void> {
  await channel.assertExchange('jobs', 'direct');
  await channel.assertExchange('wait', 'fanout');
  await channel.assertExchange('events', 'topic');
  for (const name of ['results', 'dead']) await channel.assertQueue(name);
  await channel.assertQueue('wait', { arguments: waiting });
  await channel.bindQueue('wait', 'wait', '');
  for (const n of numbers(queues)) {
    await channel.assertQueue(`w${n}`);
    await channel.bindQueue(`w${n}`, 'jobs', `w${n}`);
  }
}
