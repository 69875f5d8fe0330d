// Only files of a task's own folder are removed, whatever a message says.
import { mkdir, mkdtemp, readdir, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ResultFiles } from '../../../../src/harness/train/run/result-files.ts';
import { initUnit, trainUnit } from '../../../../src/harness/train/model/unit.ts';

let root = '';
let files: ResultFiles;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'topo-files-'));
  files = await ResultFiles.open('r', join(root, 'runs/r'), { roots: [root] });
});
afterEach(async () => {
  await rm(root, { recursive: true });
});

const unit = trainUnit('r', 0, 0);

async function write(uri: string): Promise<{ uri: string }> {
  await mkdir(dirname(join(root, uri)), { recursive: true });
  await writeFile(join(root, uri), 'x');
  return { uri };
}

const isThere = (uri: string): Promise<boolean> =>
  stat(join(root, uri)).then(
    () => true,
    () => false,
  );

test('each unit has a folder, named relative to the root', () => {
  expect([unit, initUnit('r')].map((one) => files.uriOf(one))).toEqual([
    ...['runs/r/results/r0.s0', 'runs/r/results/init'],
  ]);
});

test('a file goes with the folders that are empty then', async () => {
  const [one, other] = await Promise.all(
    ['a/x', 'b/x'].map((name) => write(`runs/r/results/r0.s0/${name}`)),
  );
  await files.drop(unit.id, 'r', one);
  expect(await readdir(join(root, 'runs/r/results/r0.s0'))).toEqual(['b']);
  await files.drop(unit.id, 'r', { uri: join(root, other?.uri ?? '') });
  expect(await readdir(join(root, 'runs/r/results'))).toEqual([]);
});

test('results of a finished run leave its folder, too', async () => {
  const { uri } = await write('runs/other/results/r3.s17/a/x');
  await files.drop('other.r3.s17', 'other', { uri });
  expect(await readdir(join(root, 'runs/other/results'))).toEqual([]);
});

test('the file of a result that is not valid stays until its unit is done', async () => {
  const [bad, good] = [
    await write('runs/r/results/r0.s0/a/x'),
    await write('runs/r/results/r0.s0/b/x'),
  ];
  files.keepUntilDone(unit, bad);
  expect(await isThere(bad.uri)).toBe(true);
  await files.done(unit, good);
  expect(await readdir(join(root, 'runs/r/results'))).toEqual([]);
});

const elsewhere: [what: string, uri: string, task?: string, run?: string][] = [
  ['a file of the user', 'notes'],
  ['a shard', 'data/0'],
  ['the ledger', 'runs/r/ledger.jsonl'],
  ['the ledger, by a way around', 'runs/r/results/r0.s0/../../ledger.jsonl'],
  ['a model', 'runs/r/parameters/x'],
  ['a result of another task', 'runs/r/results/r0.s1/x'],
  ['a result of a task whose name begins so', 'runs/r/results/r0.s00/x'],
  ['a result of another run', 'runs/other/results/r0.s0/x'],
  ['what is beside the results', 'runs/r/results/x'],
  ['no task of a run', 'runs/x', 'r...', 'r'],
  ['a task of no run', 'runs/x', '...r0.s0', '..'],
  ['a task that is a path', 'runs/r/ledger.jsonl', 'r./../..', 'r'],
  ['a task of another run', 'runs/r/results/r0.s0/x', 'r.r0.s0', 'other'],
];

test.each(elsewhere)('%s stays', async (_, uri, task = unit.id, run = 'r') => {
  await write('runs/r/results/r0.s0/own');
  await write(uri);
  await files.drop(task, run, { uri });
  expect(await isThere(uri)).toBe(true);
});

test('a link to a file is not followed', async () => {
  const target = await write('data/0');
  await write('runs/r/results/r0.s0/x');
  await symlink(join(root, target.uri), join(root, 'runs/r/results/r0.s0/link'));
  await files.drop(unit.id, 'r', { uri: 'runs/r/results/r0.s0/link' });
  await files.sweep(new Set());
  expect(await isThere(target.uri)).toBe(true);
});

const folders: [part: string, moved: string][] = [
  ['runs/r/results/r0.s0', 'moved/x'],
  ['runs/r/results', 'moved/r0.s0/x'],
  ['runs/r', 'moved/results/r0.s0/x'],
];

test.each(folders)('a link in place of %s is not followed', async (part, moved) => {
  const named = await write('runs/r/results/r0.s0/x');
  await rename(join(root, part), join(root, 'moved'));
  await symlink(join(root, 'moved'), join(root, part));
  await files.drop(unit.id, 'r', named);
  await files.sweep(new Set());
  expect(await isThere(moved)).toBe(true);
});

test('a sweep leaves the folders of open units, and the folder itself', async () => {
  const [open, done] = [
    await write('runs/r/results/r0.s0/a/x'),
    await write('runs/r/results/r0.s1/x'),
  ];
  await write('runs/r/results/x');
  await symlink(join(root, 'runs'), join(root, 'runs/r/results/link'));
  await files.sweep(new Set([unit.id]));
  expect([await isThere(open.uri), await isThere(done.uri)]).toEqual([true, false]);
  await files.sweep(new Set());
  expect(await readdir(join(root, 'runs/r/results'))).toEqual([]);
  expect(await isThere('runs/r')).toBe(true);
});
