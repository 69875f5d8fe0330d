// Sends what is drawn, a part at a time: whoever drew all at once would leave no time for
// heartbeats.
import { setImmediate } from 'node:timers/promises';
import type { ConfirmChannel } from 'amqplib';
import fc from 'fast-check';
import { sendRaw, type RawMessage } from '../../amqp/raw-message.ts';

export interface Draw {
  readonly count: number;
  readonly seed: number;
}

/** Drawn together. */
const part = 50;

/** Confirmed once it settles. */
export async function sendDrawn(
  channel: ConfirmChannel,
  message: fc.Arbitrary<RawMessage>,
  { count, seed }: Draw,
): Promise<void> {
  for (let sent = 0; sent < count; sent += part) {
    const draw = { numRuns: Math.min(part, count - sent), seed: seed + sent };
    for (const one of fc.sample(message, draw)) sendRaw(channel, one);
    await setImmediate();
  }
  await channel.waitForConfirms();
}
