// What the results of a round become.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readFloats, writeFloats } from '../../../../src/harness/data/tensors/floats.ts';
import { parseTensors } from '../../../../src/harness/data/tensors/parse.ts';
import { renderTensors } from '../../../../src/harness/data/tensors/render.ts';
import { closeRound } from '../../../../src/harness/train/shell/close-round.ts';
import { ParameterStore } from '../../../../src/harness/train/parameters/parameter-store.ts';
import type { Accepted } from '../../../../src/harness/train/model/records.ts';
import { trainUnit, type Stored } from '../../../../src/harness/train/model/unit.ts';
import type { Weight } from '../../../../src/harness/train/shell/metrics.ts';
import { put } from '../parameters/model-files.ts';

let root = '';
let store: ParameterStore;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'topo-close-'));
  store = await ParameterStore.open(root);
});
afterEach(async () => {
  await rm(root, { recursive: true });
});

const putModel = (value: number): Promise<Stored> => {
  const data = writeFloats('F32', Float64Array.of(value));
  return put(store, renderTensors(new Map([['w', { dtype: 'F32', shape: [1], data }]])));
};

type Given = readonly [value: number, samples: number, metrics: Record<string, number>];

async function close(given: readonly Given[], weight: Weight) {
  const parts: Accepted[] = [];
  for (const [shard, [value, samples, metrics]] of given.entries()) {
    const unit = trainUnit('r', 0, shard);
    const parameters = await putModel(value);
    const times = { started_at: 1, finished_at: 2 };
    parts.push({ ...{ unit, worker: 'w', attempt: 1, parameters, samples, metrics }, ...times });
  }
  const round = { round: 0, base: await putModel(0), momentum: undefined, parts };
  const optimizer = { kind: 'average' } as const;
  const { closed } = await closeRound(
    { kind: 'close_round', ...round },
    { store, optimizer, weight },
  );
  const w = parseTensors(await store.get(closed.parameters)).get('w');
  return { value: w && readFloats({ ...w, dtype: 'F32' })[0], metrics: closed.metrics };
}

const weights: [what: string, weight: Weight, samples: [number, number], mean: number][] = [
  ['samples', 'samples', [1, 3], 3],
  ['no samples at all', 'samples', [0, 0], 2],
  ['equal weights, whatever the samples', 'equal', [1, 3], 2],
  ['equal weights, with samples of one alone', 'equal', [0, 3], 2],
];

test.each(weights)('the mean by %s', async (_, weight, [a, b], mean) => {
  const given: Given[] = [
    [0, a, { loss: 0 }],
    [4, b, { loss: 4 }],
  ];
  expect(await close(given, weight)).toEqual({ value: mean, metrics: { loss: mean } });
});

test('a metric is a mean where every part has it as its own', async () => {
  const odd = JSON.parse('{"toString":1,"__proto__":2,"loss":3}') as Record<string, number>;
  const { metrics } = await close(
    [
      [0, 1, odd],
      [0, 1, { loss: 5 }],
    ],
    'samples',
  );
  expect(metrics).toEqual({ loss: 4 });
});
