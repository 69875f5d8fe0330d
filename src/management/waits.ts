// Waits for RabbitMQ where no event says that it is done, in milliseconds.
import { patience } from '../amqp/waiting.ts';

export interface Waits {
  /** RabbitMQ counts the messages of a quorum queue every 5 s. */
  readonly counts: number;
  /** A quorum queue must stay empty for this long, since its delete takes no condition. */
  readonly quiet: number;
  /** By then the broker has worked off what a lost connection sent. */
  readonly settling: number;
  /** A lock that is not renewed for this long is free. */
  readonly lock: number;
  /** Shorter waits are not reported. */
  readonly patience: number;
}

export const defaultWaits: Waits = {
  counts: 6_000,
  quiet: 1_000,
  settling: 1_000,
  lock: 30_000,
  patience,
};
