// Planning costs in proportion to the number of objects, whatever is to be done with them.
import { expect, test } from 'vitest';
import { brokerOf, planOf } from './shorthand.ts';

const few = 250;
const factor = 8;

const queues = (count: number, more = ''): string[] =>
  Array.from({ length: count }, (_, n) => `q:own.${n}${more}`);
const bindings = (count: number, key: string): string[] =>
  Array.from({ length: count }, (_, n) => `e>own.${n} ${key}`);
const world = (count: number, more = '', key = 'k'): string =>
  ['e:e', ...queues(count, more), ...bindings(count, key)].join(', ');

const cases: [what: string, desired: (count: number) => string, live: (count: number) => string][] =
  [
    ['created', world, () => ''],
    ['deleted', () => 'e:e', world],
    ['deleted with their exchange', () => '', world],
    ['replaced', (count) => world(count, ' max 5'), world],
    ['bound otherwise', (count) => world(count, '', 'new'), world],
    ['left alone', world, world],
  ];

test.each(cases)('many objects are %s', async (_, desired, live) => {
  const secondsFor = async (count: number): Promise<number> => {
    const situation = { desired: desired(count), live: live(count), own: 'own.*' };
    const broker = brokerOf(situation.live);
    const before = process.cpuUsage();
    await planOf(situation, broker);
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1e6;
  };
  await secondsFor(few);
  const one = await secondsFor(few);
  expect((await secondsFor(few * factor)) / one).toBeLessThan(3 * factor);
});
