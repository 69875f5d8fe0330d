// What counts of a run that went back to an earlier round.
import { expect, test } from 'vitest';
import type { LedgerRecord } from '../../../../src/harness/train/model/records.ts';
import { resumeFrom } from '../../../../src/harness/train/core/resume.ts';
import {
  evaluateUnit,
  initUnit,
  trainUnit,
  type Unit,
} from '../../../../src/harness/train/model/unit.ts';

const stored = (sha256: string) => ({ sha256, bytes: 1 });

function accepted(unit: Unit, sha256?: string): LedgerRecord {
  return {
    ...{ at: 0, kind: 'accepted', unit, worker: 'w', attempt: 1, samples: 1, metrics: {} },
    ...{ started_at: 0, finished_at: 1 },
    ...(sha256 !== undefined && { parameters: stored(sha256) }),
  };
}

const closed = (round: number, sha256: string): LedgerRecord => ({
  ...{ at: 0, kind: 'closed', round, parameters: stored(sha256), metrics: {} },
});

const threeRounds: LedgerRecord[] = [
  accepted(initUnit('r'), 'first'),
  accepted(trainUnit('r', 0, 0), 'part 0'),
  closed(0, 'model 1'),
  accepted(evaluateUnit('r', 0)),
  accepted(trainUnit('r', 1, 0), 'part 1'),
  closed(1, 'model 2'),
  accepted(evaluateUnit('r', 1)),
  accepted(trainUnit('r', 2, 0), 'part 2'),
  { at: 0, kind: 'rejected', unit: trainUnit('r', 2, 1), worker: 'w', reason: 'not finite' },
];
const backTo = (round: number): LedgerRecord => ({ at: 0, kind: 'went_back', round });

test.each([
  [2, 'model 2', [0, 1]],
  [1, 'model 1', [0]],
  [0, 'first', []],
])('back to round %i: what came before it counts', (round, parameters, before) => {
  const resumed = resumeFrom([...threeRounds, backTo(round)]);
  expect(resumed).toMatchObject({ parameters: stored(parameters), accepted: [], rejected: [] });
  expect(resumed.closed.map((one) => one.round)).toEqual(before);
  expect([...resumed.evaluated]).toEqual(before);
  expect(resumed.went_back).toBe(1);
});

test('what is made after that counts, however often a run went back', () => {
  const again = [...threeRounds, backTo(1), closed(1, 'other 2'), closed(2, 'other 3')];
  const { parameters, closed: rounds } = resumeFrom(again);
  expect(parameters).toEqual(stored('other 3'));
  expect(rounds.map((one) => one.parameters.sha256)).toEqual(['model 1', 'other 2', 'other 3']);
  const twice = resumeFrom([...again, backTo(2)]);
  expect([twice.parameters, twice.went_back]).toEqual([stored('other 2'), 2]);
});
