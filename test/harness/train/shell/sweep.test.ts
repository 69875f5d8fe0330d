// What a run's folder loses: what a resume needs stays, whatever else is there.
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ParameterStore } from '../../../../src/harness/train/parameters/parameter-store.ts';
import type { LedgerRecord } from '../../../../src/harness/train/model/records.ts';
import { begin } from '../../../../src/harness/train/core/reducer.ts';
import type { Course } from '../../../../src/harness/train/core/reducer-types.ts';
import { ResultFiles } from '../../../../src/harness/train/run/result-files.ts';
import { firstParameters, resumeFrom } from '../../../../src/harness/train/core/resume.ts';
import { sweep } from '../../../../src/harness/train/shell/sweep.ts';
import {
  evaluateUnit,
  initUnit,
  trainUnit,
  type Unit,
} from '../../../../src/harness/train/model/unit.ts';
import { put, storedOf, textModel } from '../parameters/model-files.ts';
import { acceptedOf, course as oneCourse } from '../core/simulation/script.ts';

let root = '';
let store: ParameterStore;
let files: ResultFiles;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'topo-sweep-'));
  store = await ParameterStore.open(join(root, 'runs/r/parameters'));
  files = await ResultFiles.open('r', join(root, 'runs/r'), { roots: [root] });
});
afterEach(async () => {
  await rm(root, { recursive: true });
});

const course: Course = { ...oneCourse, init: true, rounds: 9, evaluate_every: 2 };
const stored = (text: string) => storedOf(textModel(text));

const accepted = (unit: Unit): LedgerRecord => ({
  ...{ at: 1, kind: 'accepted', ...acceptedOf(unit) },
  ...(unit.kind !== 'evaluate' && { parameters: stored(unit.id) }),
});
const closed = (round: number): LedgerRecord => ({
  ...{ at: 2, kind: 'closed', round, metrics: {} },
  ...{ parameters: stored(`model ${round}`), momentum: stored(`momentum ${round}`) },
});
const round = (n: number): LedgerRecord[] => [
  ...[0, 1, 2].map((shard) => accepted(trainUnit('r', n, shard))),
  closed(n),
];

/** All that a run of so many rounds ever had in its folder. */
async function fill(rounds: number): Promise<void> {
  const texts = Array.from({ length: rounds }, (_, n) => [
    ...[`model ${n}`, `momentum ${n}`, `r.r${n}.s0`, `r.r${n}.s1`, `r.r${n}.s2`],
  ]);
  for (const text of ['r.init', ...texts.flat(), 'nobody knows']) await put(store, textModel(text));
  const units = Array.from({ length: rounds }, (_, n) => [0, 1, 2].map((s) => `r${n}.s${s}`));
  for (const name of ['init', ...units.flat()]) {
    await mkdir(join(root, `runs/r/results/${name}/x`), { recursive: true });
    await writeFile(join(root, `runs/r/results/${name}/x/model`), name);
  }
}

async function sweepAfter(records: readonly LedgerRecord[], changes: Partial<Course> = {}) {
  const state = begin({ ...course, ...changes }, resumeFrom(records));
  await sweep(state, files, { store, first: firstParameters(records), keep: 1 });
}

const hashesOf = (...texts: string[]): string[] => texts.map((text) => stored(text).sha256).sort();
const results = (): Promise<string[]> =>
  readdir(join(root, 'runs/r/results')).then((names) => names.sort());

test('before the first model there is nothing but its results', async () => {
  await fill(1);
  await sweepAfter([]);
  expect(await store.list()).toEqual([]);
  expect(await results()).toEqual(['init']);
});

test('of a round that is open the parts stay, and the files of what is not done', async () => {
  await fill(4);
  const records = [accepted(initUnit('r')), ...[0, 1, 2].flatMap(round)];
  await sweepAfter([...records, accepted(trainUnit('r', 3, 1))]);
  const needed = ['r.init', 'model 2', 'momentum 2', 'r.r3.s1'];
  // Its evaluation is not done.
  expect(await store.list()).toEqual(hashesOf(...needed, 'model 1'));
  expect(await results()).toEqual(['r3.s0', 'r3.s2']);
  await sweepAfter([...records, accepted(trainUnit('r', 3, 1)), accepted(evaluateUnit('r', 1))]);
  expect(await store.list()).toEqual(hashesOf(...needed));
});

test('of a run that is finished the newest rounds stay', async () => {
  await fill(2);
  const evaluated = accepted(evaluateUnit('r', 1));
  const all = [accepted(initUnit('r')), ...round(0), ...round(1), evaluated];
  await sweepAfter(all, { rounds: 2 });
  expect(await store.list()).toEqual(hashesOf('r.init', 'model 1', 'momentum 1'));
  expect(await results()).toEqual([]);
});
