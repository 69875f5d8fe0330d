// What moving messages from a queue asks for, and comes to.
import { AmqpError } from './amqp-error.ts';
import type { GiveBack } from './held-back.ts';
import type { RawMessage } from './raw-message.ts';

export interface Move {
  readonly vhost: string;
  readonly source: string;
  /** Leads to the destination alone, whatever the routing key. */
  readonly exchange: string;
  /** How many messages to look at, from the head of the queue. */
  readonly looks: number;
  /** How many to move at most. */
  readonly limit: number;
  /** Of those looked at, which to move; the others go back in their places. By default all. */
  readonly isWanted?: (message: RawMessage) => boolean;
  /** What the source would drop goes to its end instead; by default nothing is known to be so. */
  readonly giveBack?: GiveBack;
  /** Why this message can't be moved: then the move ends before it. */
  readonly objection?: (message: RawMessage) => AmqpError | undefined;
  /** Once aborted, takes no more, and ends when what is under way has arrived. */
  readonly stop: AbortSignal;
  /**
   * Goes on when the source is empty, until it is stopped; then moves what is on its way, too, so
   * that no message goes back.
   */
  readonly isEndless?: boolean;
  /**
   * Takes the messages one by one: an auto-delete queue would go, with all that it holds, with its
   * last consumer.
   */
  readonly isAutoDelete?: boolean;
  /** Takes messages before consumers of a lower priority do. */
  readonly priority?: number;
  /** `underWay`: how many are taken and have not arrived yet. */
  readonly onMoved?: (messages: number, underWay: number) => void;
  /** The broker is short of memory or disk, and takes messages no faster than it likes. */
  readonly onBlocked?: () => void;
  /** Milliseconds without a message after which to see whether there are more. */
  readonly patience?: number;
  /** Milliseconds until another consumer has the queue to itself, or the broker is mute. */
  readonly silence?: number;
}

export interface Moved {
  readonly messages: number;
  readonly bytes: number;
  /** Why it ended early: none of the messages that follow was moved. */
  readonly error?: AmqpError;
  /** How many are at the end of the source now, as it would not have taken them back. */
  readonly sentHome: number;
  /** How many may be in both places, because the broker did not say what became of them. */
  readonly doubtful: number;
}

/** Why a move ends early, if it is about neither message nor connection. */
export const noMessageComes = new AmqpError('no message comes', {
  hint: 'another consumer may have the queue to itself: stop it while the messages move',
});
export const destinationFull = new AmqpError('the destination takes no more messages');
