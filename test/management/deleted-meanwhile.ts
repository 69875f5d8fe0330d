// Deletes a queue while what it holds is carried over: the new one stands at the end, and works.
import { expect } from 'vitest';
import { drain } from '../amqp/drain.ts';
import { api } from '../broker.ts';
import { carryOver, fill, openChannel, quorum, setUp, stands, whole } from './carried-queue.ts';

const count = 3_000;

export type Which = 'before' | 'parking' | 'after';

export const remove = (vhost: string, name: string): Promise<unknown> =>
  api('DELETE', `queues/${vhost}/${name}`);

/** The queue to delete, and after how many messages. */
export type Deletion = readonly [which: Which, moved: number, when: string];

export const early: Deletion = ['before', 300, 'while its messages are moved'];
export const later: readonly Deletion[] = [
  ['parking', 300, 'while messages are moved there'],
  ['after', count + 300, 'while messages come back'],
  ['parking', count + 300, 'while its messages come back'],
];

export async function deleteAmid(vhost: string, which: Which, moved: number): Promise<void> {
  const setting = await setUp(vhost, {}, quorum);
  const channel = await openChannel(vhost);
  await fill(channel, setting.before.name, count);
  let deleting: Promise<unknown> | undefined;
  const onMoved = (messages: number): void => {
    if (messages > moved) deleting ??= remove(vhost, setting[which].name);
  };
  expect(await outcomeOf(carryOver(setting, { onMoved }))).toBe('done');
  expect(await deleting).toBeUndefined();
  expect(await stands(setting)).toEqual(whole('after'));
  channel.publish(setting.exchange, 'k', Buffer.from('x'), { messageId: 'next' });
  await channel.waitForConfirms();
  expect((await drain(channel, setting.after.name)).at(-1)).toBe('next');
}

export const outcomeOf = (carrying: Promise<unknown>): Promise<string> =>
  carrying.then(
    () => 'done',
    (error: unknown) => String(error),
  );
