import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { Accepted } from '../../../../src/harness/train/model/records.ts';
import type { Command } from '../../../../src/harness/train/core/reducer-types.ts';
import { atEffort } from '../../../effort.ts';
import { chaosRun } from './simulation/chaos.ts';
import { theCore, type Core } from './simulation/simulation.ts';

const seeds = Array.from({ length: atEffort(100) }, (_, place) => place + 1);

describe('whatever happens on the way', () => {
  const outcomes = seeds.map((seed) => ({ seed, ...chaosRun(seed) }));

  test('every run ends with the model of an undisturbed one, and no invariant is broken', () => {
    const broken = outcomes.flatMap(({ seed, violations }) =>
      violations.map((violation) => `seed ${seed}: ${violation}`),
    );
    expect(broken).toEqual([]);
    expect(outcomes.every(({ end }) => end.kind === 'finish')).toBe(true);
  });

  test('the faults do happen', () => {
    const all = outcomes.flatMap(({ simulation }) => simulation.commands);
    const whys = new Set(all.flatMap((one) => (one.kind === 'dispatch' ? [one.why] : [])));
    expect([...whys].sort()).toEqual([
      ...['failed', 'first', 'invalid', 'returned', 'silent', 'straggler'],
    ]);
    const kinds = new Set(all.map(({ kind }) => kind));
    expect([...kinds]).toEqual(expect.arrayContaining(['drop', 'take_back']));
    expect(outcomes.reduce((sum, { deaths }) => sum + deaths, 0)).toBeGreaterThan(seeds.length / 2);
  });

  test('the same seed gives the same run', () => {
    const [first, second] = [chaosRun(7), chaosRun(7)];
    expect(second.simulation.commands).toEqual(first.simulation.commands);
  });
});

test('a step leaves the state that it was given as it was', () => {
  const changing: string[] = [];
  const watched: Core = {
    ...theCore,
    step(state, event) {
      const before = structuredClone(state);
      const made = theCore.step(state, event);
      if (!isDeepStrictEqual(state, before)) changing.push(event.kind);
      return made;
    },
  };
  expect(chaosRun(3, watched).end.kind).toBe('finish');
  expect(changing).toEqual([]);
});

const changed = (change: (commands: readonly Command[]) => readonly Command[]): Core => ({
  ...theCore,
  step(state, event) {
    const made = theCore.step(state, event);
    return { ...made, commands: change(made.commands) };
  },
});

const byArrival = (a: Accepted, b: Accepted): number => a.finished_at - b.finished_at;

describe('a core that is broken breaks an invariant', () => {
  test.each<[string, string, Core]>([
    [
      'that counts a result of a unit again',
      'counts twice',
      changed((commands) =>
        commands.map((one) => (one.kind === 'drop' ? { ...one, kind: 'accept' } : one)),
      ),
    ],
    [
      'that sums in the order of arrival',
      'is closed with the shards',
      changed((commands) =>
        commands.map((one) =>
          one.kind === 'close_round' ? { ...one, parts: one.parts.toSorted(byArrival) } : one,
        ),
      ),
    ],
    [
      'that forgets the ledger',
      'counts twice',
      {
        ...theCore,
        resumeFrom: (records) => ({ ...theCore.resumeFrom(records), accepted: [] }),
      },
    ],
    [
      'that asks again in the same words for what was not valid',
      'the run failed',
      changed((commands) =>
        commands.map((one) => (one.kind === 'dispatch' ? { ...one, rejected: 0 } : one)),
      ),
    ],
    [
      'that does not look at the clock',
      'the run never ended',
      {
        ...theCore,
        step: (state, event) =>
          event.kind === 'tick' && state.dispatch_from !== undefined
            ? { state, commands: [] }
            : theCore.step(state, event),
      },
    ],
    [
      'that dispatches all to the first queue',
      'slots',
      changed((commands) =>
        commands.map((one) => (one.kind === 'dispatch' ? { ...one, queue: 'a' } : one)),
      ),
    ],
    [
      'that does not answer late results',
      'without an answer',
      changed((commands) => commands.filter(({ kind }) => kind !== 'drop')),
    ],
  ])('one %s', (_, violation, core) => {
    const isBroken = (seed: number): boolean =>
      chaosRun(seed, core).violations.some((one) => one.includes(violation));
    expect(seeds.some(isBroken)).toBe(true);
  });
});
