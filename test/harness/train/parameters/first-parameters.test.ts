// The model that a job starts from: a safetensors file below the roots, and no other file of the
// machine.
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { takeFirstParameters } from '../../../../src/harness/train/parameters/first-parameters.ts';
import { ParameterStore } from '../../../../src/harness/train/parameters/parameter-store.ts';
import { renderTensors } from '../../../../src/harness/data/tensors/render.ts';
import { atEnd } from '../../../at-end.ts';

const folder = mkdtempSync(join(tmpdir(), 'topo-first-'));
atEnd(() => rm(folder, { recursive: true }));
const root = join(folder, 'root');
const base = join(root, 'job');
const model = renderTensors(new Map());
mkdirSync(base, { recursive: true });
writeFileSync(join(base, 'first.safetensors'), model);
writeFileSync(join(root, 'above.safetensors'), model);
writeFileSync(join(base, 'text'), 'no model');
writeFileSync(join(folder, 'outside.safetensors'), model);
symlinkSync(join(folder, 'outside.safetensors'), join(base, 'link'));
symlinkSync('job', join(root, 'linked'));

const store = await ParameterStore.open(join(folder, 'parameters'));
const read = async (path: string, from = base): Promise<Buffer> =>
  store.get(await takeFirstParameters(path, store, { base: from, roots: [root] }));

test.each(['first.safetensors', '../above.safetensors', join(base, 'first.safetensors')])(
  '%s is read',
  async (path) => {
    expect(await read(path)).toEqual(model);
    expect(await read(path, join(root, 'linked'))).toEqual(model);
  },
);

test.each([
  ['/etc/shadow', 'lies outside of the roots'],
  ['/nowhere/at/all', 'lies outside of the roots'],
  ['../../outside.safetensors', 'lies outside of the roots'],
  ['link', 'lies outside of the roots'],
  ['missing', 'does not exist below'],
  ['text', 'safetensors'],
])('%s is not: it %s', async (path, why) => {
  await expect(read(path)).rejects.toThrow(why);
});
