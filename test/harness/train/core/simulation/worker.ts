// A worker that trains by waiting: it can be slow, stopped, killed, and drained.
import { createHash } from 'node:crypto';
import type { CoordinatorEvent } from '../../../../../src/harness/train/core/reducer-types.ts';
import type { Stored, Unit } from '../../../../../src/harness/train/model/unit.ts';
import type { Broker, ResultMessage, TaskMessage } from './broker.ts';
import type { VirtualClock } from './clock.ts';

export type Fate = 'done' | 'twice' | 'invalid' | 'retryable' | 'poison' | 'fatal';

export interface WorkerPlan {
  readonly name: string;
  readonly queue: string;
  readonly concurrency: number;
  /** Milliseconds for a unit. */
  readonly duration: () => number;
}

export interface Surroundings {
  readonly clock: VirtualClock;
  readonly broker: Broker;
  readonly heartbeat: number;
  readonly fateOf: (unit: Unit) => Fate;
  readonly tell: (event: CoordinatorEvent) => void;
}

type Told = CoordinatorEvent extends infer Event
  ? Event extends { readonly at: number }
    ? Omit<Event, 'at'>
    : never
  : never;

type Given = Omit<ResultMessage, 'number'>;

const wordsOf = ({ unit, parameters, rejected }: TaskMessage): string =>
  `${unit.id}/${parameters?.sha256 ?? ''}/${rejected}`;

/** What anybody makes of it. */
export function trained(unit: Unit, base: Stored | undefined): Stored {
  const sha256 = createHash('sha256')
    .update(`${unit.id}/${base?.sha256 ?? ''}`)
    .digest('hex');
  return { sha256, bytes: 1 };
}

export class SimulatedWorker {
  readonly plan: WorkerPlan;
  readonly #around: Surroundings;
  readonly #running = new Set<TaskMessage>();
  /** Those whose delivery the broker has given to others. */
  readonly #lost = new Set<TaskMessage>();
  /** What it gave, by the words of the task: for the same it gives it again. */
  readonly #kept = new Map<string, Given>();
  #state: 'up' | 'stopped' | 'draining' | 'gone' = 'up';
  /** What waits for SIGCONT. */
  #late: (() => void)[] = [];

  constructor(plan: WorkerPlan, around: Surroundings) {
    this.plan = plan;
    this.#around = around;
    around.broker.declare(plan.queue);
    this.#beat();
    this.take();
  }

  get isUp(): boolean {
    return this.#state === 'up';
  }

  take(): void {
    while (this.#state === 'up' && this.#running.size < this.plan.concurrency) {
      const message = this.#around.broker.take(this.plan.queue);
      if (message === undefined) return;
      this.#start(message);
    }
  }

  /** `after`: milliseconds until the broker notices. */
  kill(after: number): void {
    this.#state = 'gone';
    const taken = [...this.#running];
    this.#running.clear();
    this.#around.clock.after(after, () => this.#giveBack(taken));
  }

  /** SIGSTOP, then SIGCONT; the broker gives up the connection meanwhile if that is long. */
  stop(duration: number, patience: number): void {
    if (this.#state !== 'up') return;
    this.#state = 'stopped';
    const { clock } = this.#around;
    if (duration > patience) clock.after(patience, () => this.#giveBack([...this.#running]));
    clock.after(duration, () => {
      if (this.#state !== 'stopped') return;
      this.#state = 'up';
      const late = this.#late;
      this.#late = [];
      for (const act of late) act();
      this.take();
    });
  }

  drain(): void {
    if (this.#state !== 'up') return;
    this.#state = 'draining';
    this.#announce();
    this.#leaveWhenDone();
  }

  #giveBack(messages: readonly TaskMessage[]): void {
    for (const message of messages) {
      if (this.#lost.has(message)) continue;
      this.#lost.add(message);
      this.#around.broker.publish(this.plan.queue, message, 'head');
    }
  }

  #leaveWhenDone(): void {
    if (this.#state !== 'draining' || this.#running.size > 0) return;
    this.#announce();
    this.#state = 'gone';
  }

  #start(message: TaskMessage): void {
    const { unit } = message;
    const { name: worker, queue } = this.plan;
    const kept = this.#kept.get(wordsOf(message));
    if (kept) {
      this.#around.broker.report(kept);
      return;
    }
    const started_at = this.#around.clock.now;
    this.#running.add(message);
    this.#tell({ kind: 'started', worker, queue, unit });
    this.#around.clock.after(this.plan.duration(), () =>
      this.#whenUp(() => this.#finish(message, started_at)),
    );
  }

  #whenUp(act: () => void): void {
    if (this.#state === 'stopped') this.#late.push(act);
    else if (this.#state !== 'gone') act();
  }

  #finish(message: TaskMessage, started_at: number): void {
    if (!this.#running.delete(message)) return;
    const fate = this.#around.fateOf(message.unit);
    const { broker, clock } = this.#around;
    const { queue } = this.plan;
    if (fate === 'retryable' || fate === 'poison' || fate === 'fatal') {
      this.#fail(message, fate);
      if (fate === 'retryable' && !this.#lost.has(message))
        clock.after(2_000, () => broker.publish(queue, message));
    } else this.#report(message, started_at, fate);
    if (fate === 'fatal') this.drain();
    if (fate === 'fatal') this.#giveBack([message]);
    this.#leaveWhenDone();
    this.take();
  }

  #fail({ unit }: TaskMessage, verdict: 'retryable' | 'poison' | 'fatal'): void {
    const { name: worker, queue } = this.plan;
    this.#tell({ kind: 'failed', worker, queue, unit, verdict, error: 'out of luck' });
  }

  #report(message: TaskMessage, started_at: number, fate: Fate): void {
    const { unit, parameters } = message;
    const { broker, clock } = this.#around;
    const made = unit.kind === 'evaluate' ? undefined : trained(unit, parameters);
    const given = {
      ...{ unit, worker: this.plan.name, parameters: made },
      ...{ isValid: fate !== 'invalid', started_at, finished_at: clock.now },
    };
    this.#kept.set(wordsOf(message), given);
    for (let times = fate === 'twice' ? 2 : 1; times > 0; times--) broker.report(given);
  }

  #beat(): void {
    if (this.#state === 'gone') return;
    if (this.#state !== 'stopped') this.#announce();
    this.#around.clock.after(this.#around.heartbeat, () => this.#beat());
  }

  #announce(): void {
    const { name: worker, queue, concurrency } = this.plan;
    const atWork = this.#running.size > 0 ? 'busy' : 'idle';
    const state = this.#state === 'draining' ? 'draining' : atWork;
    const tasks = [...this.#running].map(({ unit }) => unit.id);
    this.#tell({ kind: 'heartbeat', worker, queue, state, concurrency, tasks });
  }

  #tell(told: Told): void {
    this.#around.tell({ ...told, at: this.#around.clock.now });
  }
}
