// A state under construction: shares with the state before what the step doesn't touch.
import type { Accepted } from '../model/records.ts';
import type { Command } from './reducer-types.ts';
import type { CoordinatorState, Flight, QueueState, WorkerState } from './state.ts';

/** A map that is copied when it is first written to. */
class CopyOnWrite<Value> {
  #map: ReadonlyMap<string, Value>;
  #copy: Map<string, Value> | undefined;

  constructor(map: ReadonlyMap<string, Value>) {
    this.#map = map;
  }

  get map(): ReadonlyMap<string, Value> {
    return this.#map;
  }

  get(key: string): Value | undefined {
    return this.#map.get(key);
  }

  has(key: string): boolean {
    return this.#map.has(key);
  }

  set(key: string, value: Value): void {
    this.#own().set(key, value);
  }

  delete(key: string): void {
    if (this.#map.has(key)) this.#own().delete(key);
  }

  #own(): Map<string, Value> {
    if (this.#copy) return this.#copy;
    this.#copy = new Map(this.#map);
    this.#map = this.#copy;
    return this.#copy;
  }
}

type Fields = Omit<CoordinatorState, 'flights' | 'workers' | 'queues'>;

export class Draft {
  readonly at: number;
  readonly flights: CopyOnWrite<Flight>;
  readonly workers: CopyOnWrite<WorkerState>;
  readonly queues: CopyOnWrite<QueueState>;
  readonly commands: Command[] = [];
  /** Whether there may be something to dispatch, or room for it, that was not there before. */
  isChanged = false;
  #fields: Fields;

  constructor(state: CoordinatorState, at: number) {
    this.at = at;
    this.#fields = state;
    this.flights = new CopyOnWrite(state.flights);
    this.workers = new CopyOnWrite(state.workers);
    this.queues = new CopyOnWrite(state.queues);
  }

  /** Everything but the maps. */
  get is(): Fields {
    return this.#fields;
  }

  set(changes: Partial<Fields>): void {
    this.#fields = { ...this.#fields, ...changes };
  }

  setResult(accepted: Accepted): void {
    const { results, done } = this.#fields;
    this.set({ results: results.with(accepted.unit.shard, accepted), done: done + 1 });
  }

  emit(command: Command): void {
    this.commands.push(command);
  }

  toState(): CoordinatorState {
    const { flights, workers, queues } = this;
    // One copy: a coordinator makes it at each event.
    return {
      ...this.#fields,
      clock: this.at,
      flights: flights.map,
      workers: workers.map,
      queues: queues.map,
    };
  }
}
