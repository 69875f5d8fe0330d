// What a move of messages goes over.
import type { Channel, ConfirmChannel } from 'amqplib';
import type { Valve } from './raw-message.ts';

export interface Ends {
  readonly from: Channel;
  readonly to: ConfirmChannel;
  readonly valve: Valve;
  /** How many messages wait in the source. */
  readonly countReady: () => Promise<number>;
  /** Whether the broker takes no messages for now. */
  readonly isBlocked: () => boolean;
}
