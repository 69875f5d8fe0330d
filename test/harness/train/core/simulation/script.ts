// A core that is told things one by one, as a table test reads them.
import type { Accepted } from '../../../../../src/harness/train/model/records.ts';
import { begin, step } from '../../../../../src/harness/train/core/reducer.ts';
import type {
  Command,
  CoordinatorEvent,
  Course,
} from '../../../../../src/harness/train/core/reducer-types.ts';
import { resumeFrom, type Resumed } from '../../../../../src/harness/train/core/resume.ts';
import { type Stored, type Unit, unitOf } from '../../../../../src/harness/train/model/unit.ts';
import { firstParameters } from './simulation.ts';

export const course: Course = {
  ...{ run: 'r', shards: 3, rounds: 2, enough: 3, init: false, evaluate_every: undefined },
  ...{ target: undefined, straggler_factor: 1.5, heartbeat: 1_000, max_failures: 3 },
};

/** With the job's own parameters. */
const freshRun = resumeFrom([{ at: 0, kind: 'initial', parameters: firstParameters }]);

export const stored = (sha256: string): Stored => ({ sha256, bytes: 1 });

export function acceptedOf(unit: Unit, worker = 'w1'): Accepted {
  return {
    ...{ unit, worker, attempt: 1, samples: 10, metrics: {}, started_at: 0, finished_at: 1 },
    ...(unit.kind !== 'evaluate' && { parameters: stored(`of ${unit.id}`) }),
  };
}

export class Script {
  readonly course: Course;
  state: ReturnType<typeof begin>;
  at = 0;
  #deliveries = 0;

  constructor(changes: Partial<Course> = {}, resumed: Resumed = freshRun) {
    this.course = { ...course, ...changes };
    this.state = begin(this.course, resumed);
  }

  unit(id: string): Unit {
    const unit = unitOf(`r.${id}`, this.course);
    if (unit === undefined) throw new Error(`no unit ${id}`);
    return unit;
  }

  tell(event: CoordinatorEvent): readonly Command[] {
    const { state, commands } = step(this.state, event);
    this.state = state;
    return commands;
  }

  tick(after = 0): readonly Command[] {
    this.at += after;
    return this.tell({ at: this.at, kind: 'tick' });
  }

  /**
   * Time passes, by ticks of 100 ms; those named are heard of every heartbeat, with nothing to do.
   */
  pass(duration: number, alive: readonly string[] = []): readonly Command[] {
    const commands: Command[] = [];
    const { heartbeat } = this.course;
    for (const end = this.at + duration; this.at < end;) {
      commands.push(...this.tick(100));
      if (this.at % heartbeat !== 0) continue;
      for (const name of alive) {
        const known = this.state.workers.get(name);
        commands.push(...this.beat(name, { tasks: known?.tasks.map((id) => id.slice(2)) ?? [] }));
      }
    }
    return commands;
  }

  /** A worker w1 takes from queue q1, unless told otherwise. */
  beat(
    worker: string,
    {
      tasks = [],
      queue = worker.replace('w', 'q'),
      state = tasks.length > 0 ? 'busy' : 'idle',
      concurrency = 1,
    }: {
      readonly tasks?: readonly string[];
      readonly queue?: string;
      readonly state?: 'idle' | 'busy' | 'draining';
      readonly concurrency?: number;
    } = {},
  ): readonly Command[] {
    const ids = tasks.map((id) => `r.${id}`);
    return this.tell({
      ...{ at: this.at, kind: 'heartbeat', worker, queue, state, concurrency, tasks: ids },
    });
  }

  start(worker: string, id: string): readonly Command[] {
    const queue = worker.replace('w', 'q');
    return this.tell({ at: this.at, kind: 'started', worker, queue, unit: this.unit(id) });
  }

  fail(worker: string, id: string, verdict: 'retryable' | 'poison' | 'fatal'): readonly Command[] {
    const queue = worker.replace('w', 'q');
    const unit = this.unit(id);
    return this.tell({ at: this.at, kind: 'failed', worker, queue, unit, verdict, error: 'oh' });
  }

  giveUp(worker: string, id: string): readonly Command[] {
    const { at } = this;
    const queue = worker.replace('w', 'q');
    const unit = this.unit(id);
    return this.tell({ at, kind: 'given_up', worker, queue, unit, attempt: 5, error: 'oh' });
  }

  /** A result comes. */
  offer(worker: string, id: string): readonly Command[] {
    const { at } = this;
    const delivery = ++this.#deliveries;
    return this.tell({ at, kind: 'candidate', delivery, unit: this.unit(id), worker });
  }

  accept(worker: string, id: string): readonly Command[] {
    const accepted = acceptedOf(this.unit(id), worker);
    return this.tell({ at: this.at, kind: 'accepted', accepted });
  }

  reject(worker: string, id: string, isOld = false): readonly Command[] {
    const unit = this.unit(id);
    const reason = 'not finite';
    return this.tell({ at: this.at, kind: 'rejected', unit, worker, reason, isOld });
  }

  /** A result comes, and counts. */
  finish(worker: string, id: string): readonly Command[] {
    return [...this.offer(worker, id), ...this.accept(worker, id)];
  }

  close(round: number, metrics: Record<string, number> = {}): readonly Command[] {
    const closed = { round, parameters: stored(`after ${round}`), metrics };
    return this.tell({ at: this.at, kind: 'closed', closed });
  }

  /** Whatever the workers, and whatever they are asked. */
  wholeRound(round: number): readonly Command[] {
    const all = Array.from({ length: this.course.shards }, (_, shard) => `r${round}.s${shard}`);
    return all.flatMap((id) => this.finish('w1', id));
  }
}

/** In short: `r0.s1 → q1 (first)`, `accept r0.s1`, … */
export const shown = (commands: readonly Command[]): string[] => commands.map(show);

function show(command: Command): string {
  switch (command.kind) {
    case 'dispatch':
      return `${short(command.unit.id)} → ${command.queue} (${command.why})`;
    case 'accept':
    case 'drop':
      return `${command.kind} ${command.delivery} ${short(command.unit.id)}`;
    case 'close_round':
      return `close ${command.round}: ${command.parts.map(({ unit }) => short(unit.id)).join(' ')}`;
    case 'take_back':
      return `take back ${command.units.map(short).join(' ')} from ${command.queue}`;
    case 'worker':
      return `${command.worker} ${command.state}`;
    case 'leave_out':
      return `leave out ${short(command.unit.id)}: ${command.reason}`;
    case 'finish':
      return `finish (${command.why}) with ${command.parameters.sha256}`;
    case 'fail':
      return `fail: ${command.reason}`;
  }
}

const short = (id: string): string => id.slice(2);
