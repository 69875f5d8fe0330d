// Faults from outside, spread over a run: each comes when so much of the work is done.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Proxy } from '../../proxy.ts';
import type { ChaosBroker } from './chaos-broker.ts';
import type { StormCounts } from './options.ts';
import type { Random } from './seeded.ts';
import type { Tally } from './tally.ts';
import type { WorkerSlot } from './worker-slot.ts';

type StormKind = keyof StormCounts;

const stormKinds: readonly StormKind[] = [
  ...(['kill_worker', 'kill_broker', 'stop_worker', 'cut_worker', 'cut_and_kill_worker'] as const),
  ...(['black_hole_worker', 'cut_publisher', 'black_hole_publisher'] as const),
];

const longKinds: readonly StormKind[] = [
  'stop_worker',
  'black_hole_worker',
  'black_hole_publisher',
];

export interface StormParts {
  readonly random: Random;
  readonly broker: ChaosBroker;
  readonly slots: readonly WorkerSlot[];
  readonly publisher: Proxy;
  readonly tally: Tally;
  /** Seconds: a peer is given up within three of them. */
  readonly amqp_heartbeat: number;
  /** 0 to 1: how much of the work is done. */
  readonly progress: () => number;
}

/**
 * AMQP heartbeats that a black hole lasts: beyond the three that a peer is given up within, or at
 * most.
 */
const holes = { long: 3.2, short: 0.5 };
/** Milliseconds. */
const mostStopped = 40_000;
const mostCut = 5_000;
const mostUntilKilled = 400;
/** Between two faults, at least. */
const pause = 100;

export class Storm {
  readonly #parts: StormParts;
  readonly #kinds: readonly StormKind[];
  readonly #underWay = new Set<Promise<void>>();
  #done = 0;
  #isOver = false;
  #holes = 0;

  constructor(counts: StormCounts, parts: StormParts) {
    this.#parts = parts;
    const all = stormKinds.flatMap((kind) => Array.from({ length: counts[kind] }, () => kind));
    // The first of those that take long come at once.
    const first = longKinds.filter((kind) => counts[kind] > 0);
    for (const kind of first) all.splice(all.indexOf(kind), 1);
    this.#kinds = [...first, ...parts.random.shuffle(all)];
  }

  get isOver(): boolean {
    return this.#done === this.#kinds.length && this.#underWay.size === 0;
  }

  /** Begins no more. */
  end(): void {
    this.#isOver = true;
  }

  async run(): Promise<void> {
    const { progress } = this.#parts;
    for (const [at, kind] of this.#kinds.entries()) {
      while (!this.#isOver && progress() < (at + 0.5) / (this.#kinds.length + 1)) await sleep(20);
      if (this.#isOver) break;
      // The broker comes back before the next fault.
      const fault = this.#do(kind).finally(() => this.#underWay.delete(fault));
      this.#underWay.add(fault);
      if (kind === 'kill_broker') await fault;
      this.#done++;
      await sleep(pause);
    }
    await Promise.all(this.#underWay);
  }

  async #do(kind: StormKind): Promise<void> {
    const { broker, publisher, tally, random } = this.#parts;
    switch (kind) {
      case 'kill_broker':
        tally.kill('broker killed');
        await broker.killAndRestart();
        return;
      case 'cut_publisher':
        publisher.cut();
        tally.fault('publisher cut');
        return;
      case 'black_hole_publisher':
        return this.#blackHole(publisher, 'publisher');
      default: {
        const slot = await this.#freeSlot();
        if (slot === undefined) return;
        slot.isBusy = true;
        try {
          await this.#doTo(slot, kind);
        } finally {
          slot.isBusy = false;
        }
        await sleep(random.below(pause));
      }
    }
  }

  async #doTo(slot: WorkerSlot, kind: StormKind): Promise<void> {
    const { tally } = this.#parts;
    switch (kind) {
      case 'kill_worker':
        slot.kill('worker killed at any moment');
        return;
      case 'cut_worker':
        slot.proxy.cut();
        tally.fault('worker cut');
        return;
      case 'cut_and_kill_worker':
        await this.#cutAndKill(slot);
        return;
      case 'stop_worker':
        await this.#stop(slot);
        return;
      default:
        return this.#blackHole(slot.proxy, 'worker');
    }
  }

  /** What it did on its first connection may do harm on the next one, and only a death shows it. */
  async #cutAndKill(slot: WorkerSlot): Promise<void> {
    const { random, tally } = this.#parts;
    while (!this.#isOver) {
      if (!slot.isWorking) {
        await sleep(20);
        continue;
      }
      const [before, started] = [slot.reconnects, performance.now()];
      slot.proxy.cut();
      tally.fault('worker cut');
      while (slot.reconnects === before && performance.now() - started < mostCut) await sleep(10);
      await sleep(random.below(mostUntilKilled));
      // Unless it died of something else meanwhile.
      if (slot.kill('worker killed after a cut')) return;
    }
  }

  /**
   * Until the broker has closed its connections: a process that is stopped answers no heartbeat.
   */
  async #stop(slot: WorkerSlot): Promise<void> {
    const started = performance.now();
    slot.signal('SIGSTOP');
    while (slot.proxy.open > 0 && performance.now() - started < mostStopped) await sleep(50);
    const isGivenUp = slot.proxy.open === 0;
    slot.signal('SIGCONT');
    this.#parts.tally.fault(`worker stopped ${isGivenUp ? 'beyond its heartbeat' : 'too short'}`);
  }

  /** Every second one is shorter than the heartbeat: then what was held up goes on. */
  async #blackHole(proxy: Proxy, who: string): Promise<void> {
    const { random, tally, amqp_heartbeat } = this.#parts;
    const isLong = this.#holes++ % 2 === 0;
    proxy.blackHole();
    const beats = isLong ? holes.long : random.fraction() * holes.short;
    await sleep(beats * amqp_heartbeat * 1_000);
    proxy.restore();
    tally.fault(`${who} in a ${isLong ? 'long' : 'short'} black hole`);
  }

  async #freeSlot(): Promise<WorkerSlot | undefined> {
    while (!this.#isOver) {
      const free = this.#parts.slots.filter(({ isBusy, isWorking }) => isWorking && !isBusy);
      if (free.length > 0) return this.#parts.random.pick(free);
      await sleep(50);
    }
    return undefined;
  }
}
