// Decides which workers a run believes in: on a queue of the topology, and not many more per queue
// than it has consumers.
import { quote } from '../../../topology/quote.ts';
import type { CoordinatorEvent } from '../core/reducer-types.ts';
import type { WorkerState } from '../core/state.ts';
import { Strangers } from './strangers.ts';

/** What workers tell of themselves. */
export type OfWorker = Extract<
  CoordinatorEvent,
  { kind: 'heartbeat' | 'started' | 'failed' | 'given_up' }
>;

export interface RosterParts {
  /** Whether tasks can be sent to a queue. */
  readonly reaches: (queue: string) => boolean;
  /** How many consumers the broker counts in a queue. */
  readonly consumersOf: (queue: string) => Promise<number>;
  readonly onWarning: (message: string) => void;
}

/**
 * Names of a queue beyond its consumers: those of workers that ended are remembered for a while.
 */
const spare = 32;
/** Milliseconds between two questions about one queue. */
const askEvery = 5_000;

export class Roster {
  readonly #parts: RosterParts;
  readonly #strangers: Strangers;
  readonly #consumers = new Map<string, { readonly asked: number; readonly count: number }>();

  constructor(parts: RosterParts) {
    this.#parts = parts;
    this.#strangers = new Strangers(parts.onWarning);
  }

  /** How many names were reported that are not believed. */
  get strangers(): number {
    return this.#strangers.count;
  }

  /** `workers`: those that are known. Only a heartbeat makes one known. */
  believes(event: OfWorker, workers: ReadonlyMap<string, WorkerState>): boolean {
    const { worker, queue } = event;
    if (workers.get(worker)?.queue === queue) return true;
    const why = this.#whyNot(event, workers);
    if (why === undefined) return true;
    this.#strangers.note(`${worker}\0${queue}`, why);
    return false;
  }

  #whyNot({ at, kind, worker, queue }: OfWorker, workers: ReadonlyMap<string, WorkerState>) {
    const who = `worker ${quote(worker)}`;
    if (!this.#parts.reaches(queue))
      return `${who} takes tasks from queue ${quote(queue)}, which is no worker's queue in the topology of this run: it gets none, unless the run is resumed with a topology that has the queue`;
    if (kind !== 'heartbeat') return `${who} tells of a task, and has sent no heartbeat`;
    const known = workers.get(worker);
    if (known !== undefined && !known.isSilent)
      return `${who} is heard of from queue ${quote(queue)}, and from queue ${quote(known.queue)}: give each worker a name of its own`;
    const names = [...workers.values()].filter((one) => one.queue === queue).length;
    const consumers = this.#consumers.get(queue)?.count ?? 0;
    if (names < consumers + spare) return undefined;
    this.#ask(queue, at);
    return `${who} is one name too many: ${names} were heard of from queue ${quote(queue)}, which has ${consumers} consumers`;
  }

  /** The next heartbeat finds the answer. */
  #ask(queue: string, at: number): void {
    const before = this.#consumers.get(queue);
    if (before !== undefined && at - before.asked < askEvery) return;
    this.#consumers.set(queue, { count: before?.count ?? 0, asked: at });
    // A broker that doesn't answer is asked again later.
    void this.#parts.consumersOf(queue).then(
      (count) => this.#consumers.set(queue, { count, asked: at }),
      () => undefined,
    );
  }
}
