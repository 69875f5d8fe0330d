// A task under way in this worker, with all its deliveries: the first, and those that came after a
// connection was lost.
import type { Delivery } from '../messaging/consumer.ts';
import { attemptOf } from '../messaging/message.ts';
import type { Task } from '../messaging/task.generated.ts';

export interface Progress {
  /** 0 to 1. */
  readonly fraction: number;
  readonly metrics?: Record<string, number>;
}

export class Run {
  readonly id: string;
  /** Undefined if the message is no task. */
  readonly task: Task | undefined;
  /** The SHA-256 of the message's body. */
  readonly digest: string;
  readonly attempt: number;
  /** The first one, which says where the task came from. */
  readonly delivery: Delivery;
  /** Aborted when the task is handed back, or takes too long. */
  readonly abort = new AbortController();
  /** Milliseconds since 1970; undefined until it is trained. */
  startedAt: number | undefined;
  isTrained = false;
  /** Settled already, because the worker ends. */
  isHandedBack = false;
  progress: Progress | undefined;
  /** Of the trainer's own program, where the attempt ended in one. */
  fault: string | undefined;
  readonly #deliveries: Delivery[];
  readonly #others: Delivery[] = [];

  constructor(
    delivery: Delivery,
    of: { id: string; task: Task | undefined; digest: string; attempt: number },
  ) {
    this.id = of.id;
    this.task = of.task;
    this.digest = of.digest;
    this.attempt = of.attempt;
    this.delivery = delivery;
    this.#deliveries = [delivery];
  }

  /**
   * `digest`: of its body. Only the same message, delivered again, is settled with this one: what
   * was published in its place may come before it is acked, and waits for its end, as another task
   * of the same id does.
   */
  attach(delivery: Delivery, digest: string): void {
    const { fields, properties } = delivery.message;
    const isSame =
      fields.redelivered &&
      digest === this.digest &&
      attemptOf(properties) === attemptOf(this.delivery.message.properties);
    if (isSame) this.#deliveries.push(delivery);
    else this.#others.push(delivery);
  }

  /** What came too late to be settled with the rest, or is another message. */
  get unsettled(): readonly Delivery[] {
    return [...this.#deliveries.slice(1), ...this.#others].filter((one) => one.isCurrent());
  }

  /** Those that can still be settled. */
  get held(): readonly Delivery[] {
    return this.#deliveries.filter((delivery) => delivery.isCurrent());
  }

  get isHeld(): boolean {
    return this.#deliveries.some((delivery) => delivery.isCurrent());
  }

  /** Whether there was anything to ack. */
  ack(): boolean {
    return this.held.map((delivery) => delivery.ack()).includes(true);
  }

  requeue(): boolean {
    return this.held.map((delivery) => delivery.requeue()).includes(true);
  }
}
