// Estimates the state of a batch from results that were taken, and from events heard meanwhile.
import type { EventMessage } from '../messaging/event.generated.ts';

/** How far a task is known to be. A later one takes the place of an earlier one. */
type Known = 'running' | 'retried' | 'failed' | 'done';
const stages: readonly Known[] = ['running', 'retried', 'failed', 'done'];

export interface BatchCount {
  readonly total: number;
  readonly done: number;
  /** For good: no attempt will help. */
  readonly failed: number;
  /** They failed, and are tried again. */
  readonly retried: number;
  readonly running: number;
  /**
   * Upper bound of results that wait in the results queue: its depth doesn't tell whose they are.
   */
  readonly not_taken: number;
  readonly not_heard_of: number;
  /** Done, each second, by the newest of those that are done; undefined if they say too little. */
  readonly rate: number | undefined;
  /** Seconds. */
  readonly left: number | undefined;
}

/** Milliseconds after which what a worker said last is not so any more: it may be gone. */
const stale = 10_000;

/** How many results the rate is computed from. */
const newest = 100;

export class Batch {
  readonly #ids: ReadonlySet<string>;
  readonly #known = new Map<string, Known>();
  /** By worker, what it trains, and when it said so. */
  readonly #running = new Map<string, { readonly ids: readonly string[]; readonly at: number }>();
  /** When tasks were done, milliseconds since 1970, in no order. */
  readonly #times = new Map<string, number>();
  /** Those whose results are in a file. */
  readonly #taken = new Set<string>();

  constructor(ids: ReadonlySet<string>) {
    this.#ids = ids;
  }

  /** A result in a file. `time`: milliseconds since 1970, if it is known. */
  noteTaken(id: string, time: number): void {
    this.#noteDone(id, time);
    if (this.#ids.has(id)) this.#taken.add(id);
  }

  /** `now`: milliseconds since 1970, by this machine's clock. */
  hear(message: EventMessage, now: number): void {
    if (!('event' in message)) {
      const ids = message.tasks.map(({ id }) => id).filter((id) => this.#ids.has(id));
      // Of as many workers as there may be names, only those that train something of it are kept.
      if (ids.length === 0) this.#running.delete(message.worker);
      else this.#running.set(message.worker, { ids, at: now });
      return;
    }
    const { event, task, verdict, at } = message;
    if (event === 'done') this.#noteDone(task, Date.parse(at));
    if (event === 'failed') this.#note(task, verdict === 'poison' ? 'failed' : 'retried');
    if (event === 'given_up') this.#note(task, 'failed');
  }

  /** `waiting`: messages in the results queue. */
  count(now: number, waiting: number): BatchCount {
    const known = new Map(this.#known);
    for (const { ids, at } of this.#running.values()) {
      for (const id of now - at < stale ? ids : []) if (!known.has(id)) known.set(id, 'running');
    }
    const all = [...known.values()];
    const of = (stage: Known): number => all.filter((one) => one === stage).length;
    const [total, done, failed] = [this.#ids.size, of('done'), of('failed')];
    const rate = this.#rate();
    // Some of the waiting results are of tasks known as done.
    const unheard = Math.max(0, waiting - (done - this.#taken.size));
    const not_taken = Math.min(unheard, total - known.size);
    return {
      total,
      done,
      failed,
      retried: of('retried'),
      running: of('running'),
      not_taken,
      not_heard_of: total - known.size - not_taken,
      rate,
      left: rate === undefined ? undefined : (total - done - failed - not_taken) / rate,
    };
  }

  #noteDone(id: string, time: number): void {
    this.#note(id, 'done');
    if (this.#ids.has(id) && Number.isFinite(time)) this.#times.set(id, time);
  }

  /** Of two states reported one after the other, the more advanced one counts. */
  #note(id: string, known: Known): void {
    if (!this.#ids.has(id)) return;
    const before = this.#known.get(id) ?? 'running';
    if (stages.indexOf(known) >= stages.indexOf(before)) this.#known.set(id, known);
  }

  #rate(): number | undefined {
    const times = [...this.#times.values()].sort((a, b) => a - b).slice(-newest);
    const [first, last] = [times[0], times.at(-1)];
    if (first === undefined || last === undefined || last <= first) return undefined;
    return ((times.length - 1) * 1_000) / (last - first);
  }
}
