// Reads the results queue and the dead-letter queue of the hardened topology into the ledger, past
// the product's code.
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type ChannelModel } from 'amqplib';
import type { Fate, Ledger } from './ledger.ts';

export interface LedgerReader {
  close(): Promise<void>;
}

const sources: readonly (readonly [string, Fate])[] = [
  ['ml_results', 'result'],
  ['ml_dead_letters', 'dead_letter'],
];

/** Comes back by itself whenever the broker does. */
export function readQueues(url: string, ledger: Ledger): LedgerReader {
  const closing = new AbortController();
  let model: ChannelModel | undefined;
  const ended = stay();
  return {
    async close() {
      closing.abort();
      await model?.close().catch(() => undefined);
      await ended;
    },
  };

  async function stay(): Promise<void> {
    while (!closing.signal.aborted) {
      await readOnce().catch(() => undefined);
      await sleep(200, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  }

  async function readOnce(): Promise<void> {
    const opened = await connect(url);
    model = opened;
    const lost = new Promise<void>((resolve) => opened.on('close', () => resolve()));
    opened.on('error', () => undefined);
    const channel = await opened.createChannel();
    channel.on('error', () => undefined);
    await channel.prefetch(500);
    for (const [queue, fate] of sources) {
      await channel.consume(queue, (message) => {
        if (message === null) return;
        const id = String(message.properties.messageId);
        ledger.add(fate, id, message.fields.redelivered);
        channel.ack(message);
      });
    }
    await lost;
  }
}
