// The product, broken on purpose in three ways, each with the faults that must bring it to light: a
// suite that does not see these sees nothing.
import type { Replacement } from './code.ts';
import { noFaults } from './mixes.ts';
import type { ChaosOptions } from './options.ts';

export interface Control {
  readonly name: string;
  readonly replacements: readonly Replacement[];
  readonly run: Pick<ChaosOptions, 'tasks' | 'batch' | 'task_time' | 'faults'>;
}

const consumer = 'harness/messaging/consumer.js';
const ack = 'ack: () => settle(() => channel.ack(message)),';
const requeue = 'requeue: () => settle(() => channel.nack(message, false, true))';

export const controls: readonly Control[] = [
  {
    name: 'a worker acks first, and trains then',
    replacements: [
      {
        file: consumer,
        text: 'this.#options.onDelivery(this.#delivery(channel, generation, queue, message));',
        by: 'channel.ack(message), this.#options.onDelivery(this.#delivery(channel, generation, queue, message));',
      },
      { file: consumer, text: ack, by: 'ack: () => settle(() => undefined),' },
      { file: consumer, text: requeue, by: 'requeue: () => settle(() => undefined)' },
    ],
    run: {
      ...{ tasks: 300, batch: 300, task_time: 200 },
      faults: { ...noFaults, kill_worker: 2 },
    },
  },
  {
    name: 'a publisher without an outbox forgets what was in flight',
    replacements: [
      {
        file: 'harness/publish/outbox.js',
        text: 'const fates = await readFates(fatesFileOf(folder, beginning.id));',
        by: "const fates = await readFates(fatesFileOf(folder, beginning.id)); if (tasks > 0) fates.add({ from: 1, to: tasks, kind: 'confirmed' });",
      },
    ],
    run: {
      ...{ tasks: 2_000, batch: 1_000, task_time: 0 },
      faults: { ...noFaults, publisher_points: 4, points: ['journaled', 'sent'] },
    },
  },
  {
    name: 'a worker settles on whatever channel there is',
    replacements: [
      {
        file: consumer,
        text: 'const isCurrent = () => !isSettled && this.#channel === channel;',
        by: 'const isCurrent = () => !isSettled && this.#channel !== undefined;',
      },
      { file: consumer, text: ack, by: 'ack: () => settle(() => this.#channel.ack(message)),' },
      {
        file: consumer,
        text: requeue,
        by: 'requeue: () => settle(() => this.#channel.nack(message, false, true))',
      },
    ],
    // Slow, so that those tags are in use again on the next channel, for tasks that are still
    // waiting when the worker dies.
    run: {
      ...{ tasks: 300, batch: 300, task_time: 1_000 },
      faults: { ...noFaults, cut_and_kill_worker: 6 },
    },
  },
];
