// Reading the broker again after apply: one reading, or two that agree.
import { expect, test } from 'vitest';
import { isConfirmed as isConfirmedStep } from '../../src/reconcile/outcome.ts';
import type { Step } from '../../src/reconcile/step.ts';
import { readUntilSure } from '../../src/reconcile/verify.ts';
import { brokerOf, planOf } from './shorthand.ts';

interface Case {
  readonly what: string;
  readonly isConfirmed: boolean;
  /** The broker at each reading; `!` where a step is still missing. */
  readonly readings: readonly string[];
  /** The number of the reading that `at` comes before, or after the last one. */
  readonly before: number;
}

const cases: Case[] = [
  { what: 'confirmed steps', isConfirmed: true, readings: ['e:e, q:q, e>q k'], before: 1 },
  {
    what: 'a step without an answer',
    isConfirmed: false,
    readings: ['e:e, q:q, e>q k', 'e:e, q:q, e>q k'],
    before: 2,
  },
  {
    what: 'a binding listed without its queue',
    isConfirmed: true,
    readings: ['e:e, q:q, e>q k, e>new k', 'e:e, q:q, e>q k'],
    before: 2,
  },
  {
    what: 'a binding listed without its source',
    isConfirmed: true,
    readings: ['q:q, e>q k', 'e:e, q:q, e>q k'],
    before: 2,
  },
  {
    what: 'a binding between exchanges listed without its destination',
    isConfirmed: true,
    readings: ['e:e, e>>new k', 'e:e'],
    before: 2,
  },
  { what: 'a missing step', isConfirmed: true, readings: ['!e:e'], before: 2 },
  {
    what: 'a step missing from the second reading',
    isConfirmed: false,
    readings: ['e:e', '!e:e'],
    before: 3,
  },
];

test.each(cases)('after $what', async ({ isConfirmed, readings, before }) => {
  const { steps } = await planOf({ desired: 'q:new', live: '' });
  const began: number[] = [];
  const read = async () => {
    await new Promise((resolve) => setTimeout(resolve, 2));
    began.push(Date.now());
    await new Promise((resolve) => setTimeout(resolve, 2));
    const said = readings[began.length - 1] ?? '';
    const missing: readonly Step[] = said.startsWith('!') ? steps : [];
    return { unreached: missing, live: brokerOf(said.replace('!', '')).live };
  };
  const { unreached, at } = await readUntilSure(isConfirmed, read);
  expect(began).toHaveLength(readings.length);
  expect(unreached).toHaveLength(readings.at(-1)?.startsWith('!') ? 1 : 0);
  const earlier = began.filter((one) => one <= at.getTime());
  expect(earlier).toHaveLength(before - 1);
});

test('creates and deletes that succeeded are confirmed, and replacements are not', async () => {
  const { steps } = await planOf({ desired: 'q:new, q:q max 5', live: 'q:q, q:old', own: '*' });
  const told = steps.map((step) => [step.kind, isConfirmedStep({ step, kind: 'succeeded' })]);
  expect(told).toEqual([
    ['create', true],
    ['replace', false],
    ['delete', true],
  ]);
  const failed = steps.map((step) => isConfirmedStep({ step, kind: 'failed', reason: 'no' }));
  expect(failed).toEqual([false, false, false]);
});
