import { describe, expect, test } from 'vitest';
import type { LedgerRecord } from '../../../../src/harness/train/model/records.ts';
import { resumeFrom } from '../../../../src/harness/train/core/resume.ts';
import {
  evaluateUnit,
  initUnit,
  trainUnit,
  unitOf,
} from '../../../../src/harness/train/model/unit.ts';
import { acceptedOf, Script, shown, stored } from './simulation/script.ts';

const began: LedgerRecord = {
  ...{ at: 0, kind: 'began', version: 1, run: 'r', job_sha256: '0', rounds: 2, shards: [] },
};
const initial: LedgerRecord = { at: 0, kind: 'initial', parameters: stored('first') };
const accepted = (unit: Parameters<typeof acceptedOf>[0], worker?: string): LedgerRecord => ({
  ...{ at: 1, kind: 'accepted', ...acceptedOf(unit, worker) },
});
const shard = (round: number, place: number): LedgerRecord =>
  accepted(trainUnit('r', round, place));
const rejected = (id: string): LedgerRecord => {
  const unit = unitOf(id, { run: 'r', rounds: 2, shards: 3 }) ?? initUnit('r');
  return { at: 3, kind: 'rejected', unit, worker: 'w1', reason: 'not finite' };
};
const closed = (round: number, momentum?: string): LedgerRecord => ({
  ...{ at: 2, kind: 'closed', round, parameters: stored(`after ${round}`), metrics: { loss: 1 } },
  ...(momentum !== undefined && { momentum: stored(momentum) }),
});

describe('what a ledger says', () => {
  test('whether a coordinator was there before', () => {
    expect(resumeFrom([began, initial]).isAgain).toBe(false);
    expect(resumeFrom([began, { at: 1, kind: 'resumed' }, initial]).isAgain).toBe(true);
  });

  test.each<[string, LedgerRecord[], string | undefined]>([
    ['only its beginning', [began], undefined],
    ['the job’s parameters', [began, initial], 'first'],
    ['those of the init unit', [began, accepted(initUnit('r'))], 'of r.init'],
    ['those of the last closed round', [began, initial, closed(0), closed(1)], 'after 1'],
  ])('%s: the open round begins with what it says', (_, records, sha256) => {
    expect(resumeFrom(records).parameters?.sha256).toBe(sha256);
  });

  test('of two results of a unit the first counts', () => {
    const unit = trainUnit('r', 0, 1);
    const { accepted: found } = resumeFrom([began, accepted(unit, 'w1'), accepted(unit, 'w2')]);
    expect(found.map(({ worker }) => worker)).toEqual(['w1']);
  });

  test('only the results of the open round are there', () => {
    const records = [began, initial, shard(0, 0), shard(0, 1), closed(0), shard(1, 1)];
    expect(resumeFrom(records).accepted.map(({ unit }) => unit.id)).toEqual(['r.r1.s1']);
  });

  test('what was not valid, and is not done yet', () => {
    const open = ['r.r1.s1', 'r.r1.s1', 'r.r1.eval'].map(rejected);
    const done = ['r.init', 'r.r0.s1', 'r.r1.s2', 'r.r0.eval'].map(rejected);
    const counted = [initUnit('r'), trainUnit('r', 1, 2), evaluateUnit('r', 0)];
    const records = [began, ...done, ...open, ...counted.map((unit) => accepted(unit)), closed(0)];
    const found = resumeFrom(records).rejected.map(({ id }) => id);
    expect(found).toEqual(['r.r1.s1', 'r.r1.s1', 'r.r1.eval']);
  });

  test.each<[string, LedgerRecord[], string | undefined]>([
    ['that failed', [{ at: 9, kind: 'failed', reason: 'oh' }], 'failed'],
    [
      'that failed and was resumed',
      [
        { at: 9, kind: 'failed', reason: 'oh' },
        { at: 9, kind: 'resumed' },
      ],
      undefined,
    ],
    [
      'that is finished',
      [
        { at: 9, kind: 'finished', why: 'rounds', parameters: stored('x') },
        { at: 9, kind: 'resumed' },
      ],
      'finished',
    ],
  ])('a run %s', (_, records, kind) => {
    expect(resumeFrom([began, initial, ...records]).ended?.kind).toBe(kind);
  });
});

describe('a coordinator that follows another', () => {
  const resumed = (records: readonly LedgerRecord[], changes = {}): Script =>
    new Script(changes, resumeFrom([began, initial, ...records, { at: 5, kind: 'resumed' }]));

  test('listens for one and a half heartbeats, and does not send again what is trained', () => {
    const script = resumed([shard(0, 0)]);
    expect(shown(script.beat('w1', { tasks: ['r0.s1'] }))).toEqual([
      ...['take back r0.s0 r0.s1 r0.s2 from q1', 'w1 joined'],
    ]);
    script.tick();
    expect(shown(script.beat('w2'))).toEqual([
      ...['take back r0.s0 r0.s1 r0.s2 from q2', 'w2 joined'],
    ]);
    expect(shown(script.pass(1_400, ['w1', 'w2']))).toEqual([]);
    expect(shown(script.pass(100))).toEqual(['r0.s2 → q2 (first)']);
  });

  test('does not train again what is in the ledger', () => {
    const script = resumed([shard(0, 1)]);
    script.tick();
    script.pass(2_000);
    expect(shown(script.beat('w1', { concurrency: 9 })).slice(2)).toEqual([]);
    // What was found in its queue is taken out by now.
    expect(shown(script.pass(500))).toEqual(['r0.s0 → q1 (first)', 'r0.s2 → q1 (first)']);
    expect(shown(script.offer('w2', 'r0.s1'))).toEqual(['drop 1 r0.s1']);
  });

  test('asks in other words for what was rejected before, and counts failures anew', () => {
    const before = ['r.r0.s1', 'r.r0.s2', 'r.r0.s1'].map(rejected);
    const script = resumed([...before, shard(0, 2)], { max_failures: 1 });
    script.tick();
    script.beat('w1', { concurrency: 9 });
    expect(script.pass(2_000)).toMatchObject([
      { kind: 'dispatch', unit: { id: 'r.r0.s1' }, rejected: 2, why: 'invalid' },
      { kind: 'dispatch', unit: { id: 'r.r0.s0' }, rejected: 0, why: 'first' },
    ]);
  });

  test('closes a round at once whose results are all there', () => {
    const script = resumed([shard(0, 2), shard(0, 0), shard(0, 1)]);
    expect(shown(script.tick())).toEqual(['close 0: r0.s0 r0.s1 r0.s2']);
  });

  test('hands on the momentum', () => {
    const script = resumed([closed(0, 'speed'), shard(1, 2), shard(1, 0), shard(1, 1)]);
    const [close] = script.tick();
    expect(close).toMatchObject({ base: stored('after 0'), momentum: stored('speed') });
  });

  test('makes up for the evaluations that are not done', () => {
    const records = [closed(0), closed(1), accepted(evaluateUnit('r', 0))];
    const script = resumed(records, { evaluate_every: 1 });
    expect([...script.state.evaluations.keys()]).toEqual(['r.r1.eval']);
    expect(shown(script.tick())).toEqual([]);
    expect(shown(script.finish('w1', 'r1.eval')).at(-1)).toBe('finish (rounds) with after 1');
  });

  test('finishes at once where nothing is left to do', () => {
    expect(shown(resumed([closed(0), closed(1)]).tick())).toEqual(['finish (rounds) with after 1']);
    const target = { metric: 'loss', at_most: 1 };
    expect(shown(resumed([closed(0)], { target }).tick())).toEqual([
      'finish (target) with after 0',
    ]);
  });
});
