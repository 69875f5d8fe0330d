// What a broker does, as far as a coordinator's core can notice: queues that keep, give out, and
// take back.
import type { Stored, Unit } from '../../../../../src/harness/train/model/unit.ts';

export interface TaskMessage {
  readonly unit: Unit;
  readonly parameters: Stored | undefined;
  readonly rejected: number;
}

export interface ResultMessage {
  readonly unit: Unit;
  readonly worker: string;
  /** Told apart by it. */
  readonly number: number;
  readonly parameters: Stored | undefined;
  readonly isValid: boolean;
  readonly started_at: number;
  readonly finished_at: number;
}

export class Broker {
  readonly #queues = new Map<string, TaskMessage[]>();
  /** Not acked, in their order. */
  readonly results: ResultMessage[] = [];
  #reported = 0;
  onReady: (queue: string) => void = () => undefined;
  onResult: (result: ResultMessage) => void = () => undefined;

  declare(queue: string): void {
    if (!this.#queues.has(queue)) this.#queues.set(queue, []);
  }

  /** Whether a queue took it. */
  publish(queue: string, message: TaskMessage, place: 'end' | 'head' = 'end'): boolean {
    const ready = this.#queues.get(queue);
    if (ready === undefined) return false;
    if (place === 'end') ready.push(message);
    else ready.unshift(message);
    this.onReady(queue);
    return true;
  }

  take(queue: string): TaskMessage | undefined {
    return this.#queues.get(queue)?.shift();
  }

  takeBack(queue: string, units: readonly string[]): void {
    const kept = (this.#queues.get(queue) ?? []).filter(({ unit }) => !units.includes(unit.id));
    this.#queues.set(queue, kept);
  }

  report(made: Omit<ResultMessage, 'number'>): void {
    const result = { ...made, number: ++this.#reported };
    this.results.push(result);
    this.onResult(result);
  }

  ack(result: ResultMessage): void {
    const place = this.results.indexOf(result);
    if (place >= 0) this.results.splice(place, 1);
  }
}
