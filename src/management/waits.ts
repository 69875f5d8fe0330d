// How long topo waits for RabbitMQ where no event says that it is done, in milliseconds.
import { patience } from '../amqp/waiting.ts';

export interface Waits {
  /** RabbitMQ counts the messages of a quorum queue every 5 s. */
  readonly counts: number;
  /** A quorum queue must stay empty for so long, as its delete knows no condition. */
  readonly quiet: number;
  /** The broker is done by then with what a lost connection had sent. */
  readonly settling: number;
  /** Of shorter waits nothing need be said. */
  readonly patience: number;
}

export const defaultWaits: Waits = { counts: 6_000, quiet: 1_000, settling: 1_000, patience };
