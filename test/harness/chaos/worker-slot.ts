// One of a run's workers: a process behind a proxy of its own, that is started again whenever it is
// killed.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Proxy } from '../../proxy.ts';
import type { Tally } from './tally.ts';

/**
 * SIGKILL when this step is reached for the n-th time; `requeued`: it drains after n deliveries,
 * and dies on handing back.
 */
export interface KillPlan {
  readonly step: string;
  readonly nth: number;
}

export interface SlotOptions {
  readonly code: string;
  readonly file: string;
  readonly queue: string;
  readonly pool: boolean;
  readonly state: string;
  readonly concurrency: number;
  readonly prefetch: number;
  readonly amqp_heartbeat: number;
  readonly password: string;
  readonly proxy: Proxy;
  /** Shared by all workers: each takes the next one when it starts. */
  readonly plans: KillPlan[];
  readonly tally: Tally;
  /** A file descriptor. */
  readonly log: number;
}

const script = new URL('worker.mjs', import.meta.url).pathname;
/** Milliseconds. */
const drainPatience = 30_000;
/** Longer than any fault that a start may meet. */
const startPatience = 60_000;
const pause = 300;

export class WorkerSlot {
  readonly #options: SlotOptions;
  #child: ChildProcess | undefined;
  #plan: KillPlan | undefined;
  #isEnding = true;
  #killedFrom: string | undefined;
  #running: Promise<void> = Promise.resolve();
  /** Whether a fault that takes its time is under way. */
  isBusy = false;
  #isWorking = false;
  /** Of the consumer and of the publisher, so far. */
  reconnects = 0;

  constructor(options: SlotOptions) {
    this.#options = options;
  }

  get proxy(): Proxy {
    return this.#options.proxy;
  }

  /** Whether it consumes, as far as it has said. */
  get isWorking(): boolean {
    return this.#isWorking;
  }

  get hasPlan(): boolean {
    return this.#plan !== undefined;
  }

  start(): void {
    this.#isEnding = false;
    this.#running = this.#stay();
  }

  /** SIGKILL from outside, counted as this. False where it is just being started again. */
  kill(kind: string): boolean {
    if (this.#child === undefined) return false;
    this.#killedFrom = kind;
    return this.#child.kill('SIGKILL');
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** Gives the plan up that it did not come to. */
  async drain(): Promise<void> {
    this.#isEnding = true;
    // Before it works, it does not know the signal yet.
    while (this.#child !== undefined && !this.#isWorking) await sleep(20);
    this.#child?.kill('SIGTERM');
    const late = setTimeout(() => {
      this.#options.tally.violations.push(`a worker of ${this.#options.queue} did not drain`);
      this.#child?.kill('SIGKILL');
    }, drainPatience);
    await this.#running;
    clearTimeout(late);
  }

  async destroy(): Promise<void> {
    this.#isEnding = true;
    this.#child?.kill('SIGKILL');
    await this.#running;
    await this.proxy.close();
  }

  async #stay(): Promise<void> {
    while (!this.#isEnding) {
      const { code, signal } = await this.#run();
      this.#note(code, signal);
      // A broker that is not there yet turns each start down.
      if (signal === null && code !== 0) await sleep(pause);
    }
  }

  async #run(): Promise<{ code: number | null; signal: string | null }> {
    const { plans, proxy, log, ...rest } = this.#options;
    this.#plan ??= plans.shift();
    const { code, file, queue, pool, state, concurrency, prefetch, amqp_heartbeat, password } =
      rest;
    const settings = {
      ...{ code, file, queue, pool, state, concurrency, prefetch, amqp_heartbeat },
      ...{ port: proxy.port, password, kill: this.#plan },
    };
    const child = spawn(process.execPath, [script], {
      env: { ...process.env, CHAOS_WORKER: JSON.stringify(settings) },
      stdio: ['pipe', 'pipe', log],
    });
    this.#child = child;
    child.stdout?.on('data', (text) => {
      this.#isWorking ||= String(text).includes('working');
      const times = String(text).split('reconnected').length - 1;
      this.reconnects += times;
      this.#options.tally.reconnects += times;
    });
    const late = setTimeout(() => this.#killIdle(child), startPatience);
    const [status, signal] = (await once(child, 'close')) as [number | null, string | null];
    clearTimeout(late);
    this.#child = undefined;
    this.#isWorking = false;
    return { code: status, signal };
  }

  #killIdle(child: ChildProcess): void {
    if (this.#isWorking) return;
    this.#options.tally.violations.push(`a worker of ${this.#options.queue} hung as it started`);
    this.#killedFrom = 'worker killed because it hung';
    child.kill('SIGKILL');
  }

  #note(code: number | null, signal: string | null): void {
    const { tally, queue } = this.#options;
    const [plan, killedFrom] = [this.#plan, this.#killedFrom];
    this.#killedFrom = undefined;
    if (signal === 'SIGKILL' && killedFrom !== undefined) tally.kill(killedFrom);
    else if (signal === 'SIGKILL' && plan) {
      tally.kill(`worker killed at ${plan.step}`);
      this.#plan = undefined;
    } else if (signal !== null) tally.violations.push(`a worker of ${queue} ended with ${signal}`);
    else if (code !== 0) tally.fault('worker did not start');
  }
}
