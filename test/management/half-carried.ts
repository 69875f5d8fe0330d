// What an interrupted run may leave of a queue that it carried over: the next one goes on there.
import { expect } from 'vitest';
import type { TopologyObject } from '../../src/topology/object.ts';
import { drain } from '../amqp/drain.ts';
import { freshVhost } from '../broker.ts';
import { arrange } from './arrange.ts';
import {
  carryOver,
  describeQueue,
  exchangesOf,
  fill,
  openChannel,
  quorum,
  stands,
  whole,
} from './carried-queue.ts';

type State = ReturnType<typeof describeQueue>;
const bound = ({ bindings, parking }: State, ...at: string[]) =>
  bindings.map((one, n) => (at[n] === 'S' ? { ...one, destination: parking.name } : one));
const states = {
  'before anything was led away': (one) => [one.before, one.parking, ...bound(one)],
  'some bindings were led away': (one) => [one.before, one.parking, ...bound(one, 'S')],
  'all were': (one) => [one.before, one.parking, ...bound(one, 'S', 'S', 'S')],
  'the queue was deleted': (one) => [one.parking, ...bound(one, 'S', 'S', 'S')],
  'it was declared again': (one) => [one.after, one.parking, ...bound(one, 'S', 'S', 'S')],
  'some bindings were back': (one) => [one.after, one.parking, ...bound(one, 'S')],
  'all were back': (one) => [one.after, one.parking, ...bound(one)],
  'all was done': (one) => [one.after, ...bound(one)],
} as const satisfies Record<string, (state: State) => TopologyObject[]>;

export async function goOnFrom(state: keyof typeof states): Promise<void> {
  const vhost = await freshVhost();
  const setting = describeQueue(vhost, {}, quorum);
  const left: TopologyObject[] = states[state](setting);
  const has = (name: string) => left.some((one) => 'name' in one && one.name === name);
  await arrange(...exchangesOf(setting));
  await arrange(...left.filter((one) => 'name' in one));
  await arrange(...left.filter((one) => !('name' in one)));
  const channel = await openChannel(vhost);
  const { before, parking } = setting;
  const full = [parking.name, before.name].filter(has);
  for (const name of full) await fill(channel, name, 10);
  await carryOver(setting);
  expect(await stands(setting)).toEqual(whole('after'));
  expect(await drain(channel, before.name)).toHaveLength(10 * full.length);
}
