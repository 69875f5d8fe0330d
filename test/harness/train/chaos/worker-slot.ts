// One of a run's workers behind a proxy of its own, started again whenever it has ended.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Proxy } from '../../../proxy.ts';
import type { Tally } from '../../chaos/tally.ts';
import type { Actor } from './actor.ts';
import type { SlotPlan } from './draw.ts';
import type { Plan, TrainBed } from './train-bed.ts';

export class WorkerSlot {
  readonly proxy: Proxy;
  readonly #bed: TrainBed;
  readonly #n: number;
  readonly #drawn: SlotPlan;
  readonly #plans: Plan[];
  readonly #tally: Tally;
  #actor: Actor | undefined;
  #isKilled = false;
  #isEnding = false;
  #staying: Promise<void> = Promise.resolve();

  /** `n`: of its queue, from 1. */
  constructor(bed: TrainBed, n: number, drawn: SlotPlan, proxy: Proxy, tally: Tally) {
    this.proxy = proxy;
    this.#bed = bed;
    this.#n = n;
    this.#drawn = drawn;
    this.#plans = [...drawn.plans];
    this.#tally = tally;
  }

  start(): void {
    this.#staying = this.#stay();
  }

  kill(): void {
    if (this.#actor === undefined || this.#actor.isOver) return;
    this.#isKilled = true;
    this.#actor.signal('SIGKILL');
  }

  signal(signal: NodeJS.Signals): void {
    this.#actor?.signal(signal);
  }

  async end(): Promise<void> {
    this.#isEnding = true;
    this.#actor?.signal('SIGKILL');
    await this.#staying;
    await this.proxy.close();
  }

  async #stay(): Promise<void> {
    while (!this.#isEnding) {
      await this.#live(this.#plans.shift());
      await sleep(this.#drawn.pause);
    }
  }

  async #live(plan: Plan | undefined): Promise<void> {
    const { settings } = this.#drawn;
    const { port } = this.proxy;
    const actor = this.#bed.worker({ n: this.#n, ...settings, port, ...(plan && { plan }) });
    this.#actor = actor;
    const ended = await actor.ended;
    for (const { bad, twin } of actor.lines) {
      if (bad !== undefined) this.#tally.fault(`result not valid: ${bad}`);
      if (twin !== undefined) this.#tally.fault('result given twice');
    }
    if (this.#isEnding) return;
    if (this.#isKilled) this.#tally.kill('worker killed at any moment');
    else if (ended === 'SIGKILL' && plan) this.#tally.kill(`worker killed at ${plan.step}`);
    else {
      this.#tally.fault('worker did not start, and was started again');
      await sleep(300);
    }
    this.#isKilled = false;
  }
}
