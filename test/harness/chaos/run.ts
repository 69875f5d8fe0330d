// A run under chaos: publishes tasks, has them worked on while all kinds of things die, and counts
// what came of each.
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openProxy, type Proxy } from '../../proxy.ts';
import { readFolder } from './folder-ledger.ts';
import { Ledger, type Fate } from './ledger.ts';
import type { ChaosOptions, ChaosReport } from './options.ts';
import { drawKills, drawPublisherKills } from './plans.ts';
import { Publishing } from './publishing.ts';
import { readQueues } from './queue-ledger.ts';
import { seeded } from './seeded.ts';
import { Storm } from './storm.ts';
import { Tally } from './tally.ts';
import { writeTasks } from './tasks.ts';
import { applyTopology, queuesOf, readDepths, writeTopology } from './topologies.ts';
import { violationsOf } from './verdict.ts';
import { WorkerSlot } from './worker-slot.ts';

type Close = () => unknown;

export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const closers: Close[] = [];
  try {
    return await new ChaosRun(options, closers).run();
  } finally {
    for (const close of closers.reverse()) await close();
  }
}

/** Batches beyond those that were asked for. */
const mostMore = 30;
const workerQueues = ['worker_queue_1', 'worker_queue_2', 'worker_queue_3'];

class ChaosRun {
  readonly #options: ChaosOptions;
  readonly #closers: Close[];
  readonly #random;
  readonly #ledger = new Ledger();
  readonly #tally = new Tally();
  readonly #expected = new Map<string, Fate>();
  readonly #started = performance.now();
  #batches = 0;

  constructor(options: ChaosOptions, closers: Close[]) {
    this.#options = options;
    this.#closers = closers;
    this.#random = seeded(options.seed);
  }

  async run(): Promise<ChaosReport> {
    const { broker, topology, seed, code } = this.#options;
    const vhost = `chaos-${topology}-${seed}-${Date.now()}`;
    await broker.makeVhost(vhost);
    this.#closers.push(() => broker.deleteVhost(vhost));
    const folder = await broker.makeFolder();
    const file = await writeTopology(topology, vhost, folder);
    await applyTopology(code, file, broker.environment);
    const log = openSync(join(folder, 'log'), 'a');
    this.#closers.push(() => closeSync(log));

    const state = join(folder, 'state');
    const reader =
      topology === 'hardened'
        ? readQueues(broker.urlOf(vhost), this.#ledger)
        : readFolder(state, this.#ledger);
    this.#closers.push(() => reader.close());
    const plans = drawKills(this.#options, this.#random);
    const slots = await this.#openSlots({ file, state, log, plans });
    const proxy = await this.#openProxy();
    const publisherPlans = drawPublisherKills(this.#options, this.#random);
    const publishing = new Publishing({
      ...{ code, file, proxy, log, tally: this.#tally, outbox: join(folder, 'outbox') },
      environment: broker.environment,
      plans: publisherPlans,
    });
    this.#closers.push(() => publishing.destroy());
    const storm = new Storm(this.#options.faults, {
      ...{ broker, slots, publisher: proxy, tally: this.#tally, random: this.#random },
      amqp_heartbeat: this.#options.amqp_heartbeat,
      progress: () => this.#ledger.size / this.#options.tasks,
    });

    for (const slot of slots) slot.start();
    const blowing = storm.run();
    blowing.catch(() => undefined);
    this.#closers.push(() => storm.end());
    const isOver = (): boolean =>
      storm.isOver &&
      plans.length + publisherPlans.length === 0 &&
      !slots.some((slot) => slot.hasPlan);
    const work = async (): Promise<void> => {
      await this.#publishAll(publishing, folder, isOver);
      await blowing;
      await this.#finish(slots, broker.urlOf(vhost));
    };
    await Promise.race([work(), this.#late()]);
    await reader.close();
    return this.#report(folder);
  }

  async #late(): Promise<void> {
    const { patience } = this.#options;
    await sleep(patience, undefined, { ref: false });
    this.#tally.violations.push(`the run did not end within ${patience / 1_000} s`);
  }

  async #openProxy(): Promise<Proxy> {
    const proxy = await openProxy({ host: '127.0.0.1', port: this.#options.broker.port });
    this.#closers.push(() => proxy.close());
    return proxy;
  }

  async #openSlots(of: {
    file: string;
    state: string;
    log: number;
    plans: ReturnType<typeof drawKills>;
  }): Promise<WorkerSlot[]> {
    const { code, workers, concurrency, prefetch, amqp_heartbeat, topology, broker } =
      this.#options;
    const slots: WorkerSlot[] = [];
    for (let n = 0; n < workers; n++) {
      const proxy = await openProxy({ host: '127.0.0.1', port: broker.port });
      const queue = workerQueues[n % workerQueues.length] ?? '';
      const slot = new WorkerSlot({
        ...{ ...of, code, queue, concurrency, prefetch, amqp_heartbeat, proxy },
        password: broker.password,
        tally: this.#tally,
        pool: topology === 'hardened',
      });
      slots.push(slot);
      this.#closers.push(() => slot.destroy());
    }
    return slots;
  }

  async #publishAll(publishing: Publishing, folder: string, isOver: () => boolean): Promise<void> {
    const { tasks, batch, faults } = this.#options;
    const batches = Math.ceil(tasks / batch);
    const kills = Math.ceil(faults.publisher_points / batches);
    for (let n = 0; n < batches; n++) {
      await this.#publish(publishing, folder, Math.min(batch, tasks - n * batch), kills);
    }
    for (let more = 0; more < mostMore; more++) {
      await this.#untilDone(isOver);
      if (isOver()) return;
      // Faults are left that no task met.
      await this.#publish(publishing, folder, batch, faults.publisher_points);
    }
    this.#tally.violations.push('faults are left that no task met');
  }

  async #publish(
    publishing: Publishing,
    folder: string,
    tasks: number,
    kills: number,
  ): Promise<void> {
    const batch = ++this.#batches;
    const { task_time, topology, say } = this.#options;
    const file = join(folder, `tasks-${batch}.jsonl`);
    await writeTasks(file, { tasks, batch, random: this.#random, task_time }, this.#expected);
    const toPool = topology === 'hardened' && batch % 4 === 3;
    await publishing.publish(file, tasks, toPool ? ['--to', 'ml_pool'] : ['--round-robin'], kills);
    say(
      `${this.#expected.size} tasks confirmed, ${this.#ledger.size} counted, ${this.#tally.kills} kills`,
    );
  }

  /** Until all is counted, all faults are done, or nothing happens any more. */
  async #untilDone(isOver: () => boolean): Promise<void> {
    let [size, since] = [-1, performance.now()];
    while (this.#ledger.size < this.#expected.size || !isOver()) {
      if (this.#ledger.size !== size) [size, since] = [this.#ledger.size, performance.now()];
      if (performance.now() - since > this.#options.quiet) return;
      await sleep(50);
    }
  }

  /** Whatever a worker still holds goes back where it drains: then all that is left can be seen. */
  async #finish(slots: readonly WorkerSlot[], url: string): Promise<void> {
    const queues = queuesOf[this.#options.topology];
    for (;;) {
      await this.#untilDone(() => true);
      await Promise.all(slots.map((slot) => slot.drain()));
      // What a retry queue gives back is in no queue for a moment.
      await sleep(500);
      const depths = await readDepths(url, queues);
      if ([...depths.values()].every((depth) => depth === 0)) return;
      this.#options.say(`still there: ${JSON.stringify([...depths])}`);
      for (const slot of slots) slot.start();
    }
  }

  #report(folder: string): ChaosReport {
    const { seed, topology } = this.#options;
    const { faults, kills, reconnects } = this.#tally;
    return {
      ...{ seed, topology, folder, faults, kills, reconnects },
      tasks: this.#expected.size,
      results: this.#ledger.results.size,
      dead_letters: this.#ledger.dead.size,
      duplicates: this.#ledger.duplicates,
      seconds: (performance.now() - this.#started) / 1_000,
      violations: [...this.#tally.violations, ...violationsOf(this.#expected, this.#ledger)],
    };
  }
}
