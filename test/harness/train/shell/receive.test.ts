// What a worker gives: checked first, stored then, and left where it is.
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { encodeInline } from '../../../../src/harness/messaging/inline.ts';
import type { Result } from '../../../../src/harness/messaging/result.generated.ts';
import { writeFloats } from '../../../../src/harness/data/tensors/floats.ts';
import { renderTensors } from '../../../../src/harness/data/tensors/render.ts';
import { ParameterStore } from '../../../../src/harness/train/parameters/parameter-store.ts';
import { receive } from '../../../../src/harness/train/shell/receive.ts';
import type { Weight } from '../../../../src/harness/train/shell/metrics.ts';
import type { Accepted } from '../../../../src/harness/train/model/records.ts';
import {
  initUnit,
  trainUnit,
  type Stored,
  type Unit,
} from '../../../../src/harness/train/model/unit.ts';
import { put, storedOf } from '../parameters/model-files.ts';

let root = '';
let store: ParameterStore;
let base: Stored;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'topo-receive-'));
  store = await ParameterStore.open(join(root, 'parameters'));
  base = await put(store, modelOf([0, 0]));
});
afterEach(async () => {
  await rm(root, { recursive: true });
});

function modelOf(values: readonly number[]): Buffer {
  const data = writeFloats('F32', Float64Array.from(values));
  return renderTensors(new Map([['w', { dtype: 'F32', shape: [values.length], data }]]));
}

const at = '2026-11-23T09:00:00.000Z';
const result = (changes: Partial<Result>): Result => ({
  ...{ version: 1, task: 'r.r0.s0', worker: 'w', attempt: 1, started_at: at, finished_at: at },
  ...{ samples: 1, ...changes },
});

const give = (
  changes: Partial<Result>,
  weight: Weight = 'samples',
  unit: Unit = trainUnit('r', 0, 0),
): Promise<Accepted> => {
  const parts = {
    ...{ store, roots: [root] },
    optimizer: { kind: 'average' } as const,
    weight,
    shards: 1,
  };
  return receive(unit, result(changes), { base, momentum: undefined }, parts);
};

const model = modelOf([1, 2]);
const { sha256 } = storedOf(model);

test('a result without parameters is not valid', async () => {
  await expect(give({})).rejects.toThrow(/names no parameters/);
});

test('a training without samples weighs nothing that is known: not valid, unless all weigh the same', async () => {
  const none = {
    ...{ parameters: encodeInline(model), samples: undefined },
  } as unknown as Partial<Result>;
  await expect(give(none)).rejects.toThrow(/has no samples, which are its weight.* weight: equal/);
  expect(await give(none, 'equal')).toMatchObject({ samples: 0 });
  expect(await give(none, 'samples', initUnit('r'))).toMatchObject({ samples: 0 });
  expect(await give({ ...none, samples: 0 })).toMatchObject({ samples: 0 });
});

test('a file is stored, and left where it is', async () => {
  await writeFile(join(root, 'model'), model);
  const { parameters } = await give({ parameters: { uri: 'model' } });
  expect(parameters).toEqual(storedOf(model));
  expect(await readFile(join(root, 'model'))).toEqual(model);
});

test('a result that comes again may name a file that is gone, with the hash of what is stored', async () => {
  await give({ parameters: encodeInline(model) });
  const { parameters } = await give({ parameters: { uri: 'gone', sha256 } });
  expect(parameters?.sha256).toBe(sha256);
  await expect(give({ parameters: { uri: 'gone' } })).rejects.toThrow(/gone does not exist below/);
});

const wrong: [what: string, bytes: Buffer | undefined, changes: Partial<Result>, why: RegExp][] = [
  [
    'has another hash',
    model,
    { parameters: { uri: 'model', sha256: '0'.repeat(64) } },
    /does not hash to 0/,
  ],
  ['is no safetensors file', Buffer.from('text'), {}, /no safetensors file/],
  ['has another shape', modelOf([1, 2, 3]), {}, /has the shape \[3\], not \[2\]/],
  ['is not finite', modelOf([NaN, 0]), {}, /not finite/],
  [
    'is far too long',
    Buffer.alloc(2 ** 21),
    {},
    /has 2097152 bytes, and the parameters of the round/,
  ],
  ['is a folder', undefined, { parameters: { uri: 'folder' } }, /is not a regular file/],
  ['leads out', undefined, { parameters: { uri: 'out' } }, /lies outside of the roots/],
];

test.each(wrong)('what %s is not stored, and stays where it is', async (_, bytes, changes, why) => {
  await mkdir(join(root, 'folder'));
  await symlink('/etc/hostname', join(root, 'out'));
  if (bytes) await writeFile(join(root, 'model'), bytes);
  await expect(give({ parameters: { uri: 'model' }, ...changes })).rejects.toThrow(why);
  expect(await store.list()).toEqual([base.sha256]);
  if (bytes) expect((await readFile(join(root, 'model'))).equals(bytes)).toBe(true);
});
