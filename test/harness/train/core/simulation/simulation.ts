// A whole run on a virtual clock: the core, a coordinator around it that can die at any point, a
// broker, and workers.
import { createHash } from 'node:crypto';
import { begin, step } from '../../../../../src/harness/train/core/reducer.ts';
import type { Accepted, LedgerRecord } from '../../../../../src/harness/train/model/records.ts';
import type {
  Command,
  CoordinatorEvent,
  Course,
} from '../../../../../src/harness/train/core/reducer-types.ts';
import { resumeFrom } from '../../../../../src/harness/train/core/resume.ts';
import { initUnit, trainUnit, type Stored } from '../../../../../src/harness/train/model/unit.ts';
import { Broker, type ResultMessage } from './broker.ts';
import { VirtualClock } from './clock.ts';
import { Invariants } from './invariants.ts';
import type { Random } from './random.ts';
import { SimulatedWorker, trained, type Fate, type WorkerPlan } from './worker.ts';

export interface Core {
  readonly begin: typeof begin;
  readonly step: typeof step;
  readonly resumeFrom: typeof resumeFrom;
}

export const theCore: Core = { begin, step, resumeFrom };

export interface Settings {
  readonly course: Course;
  readonly random: Random;
  readonly core?: Core;
  readonly fateOf?: Fate | ((id: string) => Fate);
  /** Of the coordinator, at each command and each record of the ledger. */
  readonly deaths?: number;
  /** Milliseconds between two ticks. */
  readonly tick?: number;
}

export type End = Extract<Command, { kind: 'finish' | 'fail' }> | { readonly kind: 'never' };

/** Thrown where it dies. */
class Death extends Error {}

export const firstParameters: Stored = { sha256: 'first', bytes: 1 };

export class Simulation {
  readonly clock = new VirtualClock();
  readonly broker = new Broker();
  readonly ledger: LedgerRecord[] = [];
  readonly workers: SimulatedWorker[] = [];
  readonly commands: (Command & { readonly at: number })[] = [];
  readonly invariants: Invariants;
  deaths = 0;
  #end: End = { kind: 'never' };
  readonly #settings: Settings;
  readonly #core: Core;
  readonly #tick: number;
  #state: ReturnType<typeof begin> | undefined;
  /** Which coordinator it is: what an earlier one waited for does not reach it. */
  #life = 0;
  #deliveries = new Map<number, ResultMessage>();
  #delivered = 0;
  #faultsUntil = Infinity;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#core = settings.core ?? theCore;
    this.#tick = settings.tick ?? 100;
    this.invariants = new Invariants(settings.course, this.ledger, this.#tick);
    this.broker.onReady = (queue) => {
      for (const worker of this.workers) if (worker.plan.queue === queue) worker.take();
    };
    this.broker.onResult = (result) => this.#deliver(result);
    if (!settings.course.init) this.#write({ kind: 'initial', parameters: firstParameters });
  }

  add(plan: WorkerPlan): SimulatedWorker {
    const { course } = this.#settings;
    const worker = new SimulatedWorker(plan, {
      ...{ clock: this.clock, broker: this.broker, heartbeat: course.heartbeat },
      fateOf: ({ id }) => this.#fateOf(id),
      tell: (event) => this.#transient(event),
    });
    this.workers.push(worker);
    worker.take();
    return worker;
  }

  #fateOf(id: string): Fate {
    const { fateOf = 'done' } = this.#settings;
    return typeof fateOf === 'string' ? fateOf : fateOf(id);
  }

  /** No coordinator dies from `faultsUntil` on. Milliseconds. */
  run({ until, faultsUntil = Infinity }: { until: number; faultsUntil?: number }): End {
    this.#faultsUntil = faultsUntil;
    this.#wake();
    this.clock.run(until, () => this.#end.kind !== 'never');
    this.invariants.checkLedger();
    if (this.#end.kind === 'never') this.invariants.violations.push('the run never ended');
    return this.#end;
  }

  #wake(): void {
    const { course } = this.#settings;
    if (++this.#life > 1) this.#write({ kind: 'resumed' });
    this.#state = this.#core.begin(course, this.#core.resumeFrom(this.ledger));
    this.#deliveries = new Map();
    for (const result of [...this.broker.results]) this.#deliver(result);
    this.#ticking(this.#life);
  }

  #ticking(life: number): void {
    if (life !== this.#life || this.#state === undefined) return;
    this.#feed({ at: this.clock.now, kind: 'tick' });
    this.clock.after(this.#tick, () => this.#ticking(life));
  }

  /** Events: nobody keeps them for a coordinator that is not there. */
  #transient(event: CoordinatorEvent): void {
    this.#later(2, () => this.#feed({ ...event, at: this.clock.now }));
  }

  #deliver(result: ResultMessage): void {
    this.#later(this.#settings.random.between(1, 10), () => {
      const delivery = ++this.#delivered;
      this.#deliveries.set(delivery, result);
      const { unit, worker } = result;
      this.#feed({ at: this.clock.now, kind: 'candidate', delivery, unit, worker });
    });
  }

  /** By this coordinator, if it still lives then. */
  #later(delay: number, act: () => void): void {
    const life = this.#life;
    this.clock.after(delay, () => {
      if (life === this.#life && this.#state) this.#living(act);
    });
  }

  #living(act: () => void): void {
    try {
      act();
    } catch (error) {
      if (!(error instanceof Death)) throw error;
      this.deaths++;
      this.#state = undefined;
      this.invariants.forget();
      this.clock.after(this.#settings.random.between(10, 8_000), () => this.#wake());
    }
  }

  #mayDie(): void {
    const { deaths = 0, random } = this.#settings;
    if (deaths > 0 && this.clock.now < this.#faultsUntil && random.chance(deaths))
      throw new Death();
  }

  #feed(event: CoordinatorEvent): void {
    if (this.#state === undefined) return;
    this.#living(() => {
      if (this.#state === undefined) return;
      const { state, commands } = this.#core.step(this.#state, event);
      this.#state = state;
      this.invariants.see(event, commands);
      for (const command of commands) {
        this.#mayDie();
        this.commands.push({ ...command, at: this.clock.now });
        this.#carryOut(command);
      }
    });
  }

  #carryOut(command: Command): void {
    switch (command.kind) {
      case 'dispatch': {
        const { unit, queue, parameters, rejected } = command;
        if (this.broker.publish(queue, { unit, parameters, rejected })) return;
        this.#later(5, () =>
          this.#feed({ at: this.clock.now, kind: 'returned', unit, queue, reason: 'no queue' }),
        );
        return;
      }
      case 'accept':
        this.#later(this.#settings.random.between(1, 50), () => this.#accept(command.delivery));
        return;
      case 'drop':
        this.#ack(command.delivery);
        return;
      case 'close_round':
        this.#later(this.#settings.random.between(5, 100), () => this.#closeRound(command));
        return;
      case 'take_back':
        this.#later(this.#settings.random.between(5, 300), () =>
          this.broker.takeBack(command.queue, command.units),
        );
        return;
      case 'finish':
      case 'fail':
        this.#end = command;
        return;
      case 'leave_out':
      case 'worker':
    }
  }

  #accept(delivery: number): void {
    const result = this.#deliveries.get(delivery);
    if (result === undefined) return;
    const { unit, worker, number, parameters, isValid, started_at, finished_at } = result;
    const at = this.clock.now;
    this.#mayDie();
    if (!isValid) {
      const reason = 'not finite';
      this.#write({ kind: 'rejected', unit, worker, reason });
      this.#mayDie();
      this.#ack(delivery);
      this.#mayDie();
      this.#feed({ at, kind: 'rejected', unit, worker, reason, isOld: false });
      return;
    }
    const accepted: Accepted = {
      ...{ unit, worker, attempt: 1, samples: number, metrics: {}, started_at, finished_at },
      ...(parameters && { parameters }),
    };
    this.#write({ kind: 'accepted', ...accepted });
    this.#mayDie();
    this.#ack(delivery);
    this.#mayDie();
    this.#feed({ at, kind: 'accepted', accepted });
  }

  #ack(delivery: number): void {
    const result = this.#deliveries.get(delivery);
    if (result) this.broker.ack(result);
  }

  #closeRound({ round, base, parts }: Extract<Command, { kind: 'close_round' }>): void {
    const parameters = closedWith(base, parts);
    const closed = { round, parameters, metrics: { loss: 1 / (round + 1) } };
    this.#mayDie();
    this.#write({ kind: 'closed', ...closed });
    this.#mayDie();
    this.#feed({ at: this.clock.now, kind: 'closed', closed });
  }

  #write(record: RecordWithoutTime): void {
    this.ledger.push({ at: this.clock.now, ...record });
  }
}

type RecordWithoutTime = LedgerRecord extends infer One
  ? One extends LedgerRecord
    ? Omit<One, 'at'>
    : never
  : never;

/** Depends on the order. */
function closedWith(base: Stored, parts: readonly Pick<Accepted, 'parameters'>[]): Stored {
  const hash = createHash('sha256').update(base.sha256);
  for (const { parameters } of parts) hash.update(parameters?.sha256 ?? '');
  return { sha256: hash.digest('hex'), bytes: 1 };
}

/** What the run makes if nothing happens on the way. */
export function modelOf({ run, rounds, shards, init }: Course): Stored {
  let parameters = init ? trained(initUnit(run), undefined) : firstParameters;
  for (let round = 0; round < rounds; round++) {
    const base = parameters;
    const parts = Array.from({ length: shards }, (_, shard) => ({
      parameters: trained(trainUnit(run, round, shard), base),
    }));
    parameters = closedWith(base, parts);
  }
  return parameters;
}
