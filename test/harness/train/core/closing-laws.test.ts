// Whatever workers give, a ledger that is written can be read back, and its rounds can be closed.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { encodeInline } from '../../../../src/harness/messaging/inline.ts';
import { parseResult } from '../../../../src/harness/messaging/message.ts';
import { renderReport } from '../../../../src/harness/report/report.ts';
import type { OuterOptimizer } from '../../../../src/harness/data/tensors/aggregate.ts';
import { writeFloats } from '../../../../src/harness/data/tensors/floats.ts';
import { renderTensors } from '../../../../src/harness/data/tensors/render.ts';
import type { FloatDtype, Tensors } from '../../../../src/harness/data/tensors/tensors.ts';
import { closeRound, type CloseParts } from '../../../../src/harness/train/shell/close-round.ts';
import { Ledger, readLedger } from '../../../../src/harness/train/run/ledger.ts';
import { ParameterStore } from '../../../../src/harness/train/parameters/parameter-store.ts';
import {
  receive,
  type ReceiveParts,
  type Start,
} from '../../../../src/harness/train/shell/receive.ts';
import type { LedgerRecord } from '../../../../src/harness/train/model/records.ts';
import { resumeFrom } from '../../../../src/harness/train/core/resume.ts';
import { trainUnit, type Unit } from '../../../../src/harness/train/model/unit.ts';
import { anyText } from '../../../any-text.ts';
import { atEffort } from '../../../effort.ts';
import { put } from '../parameters/model-files.ts';

const root = await mkdtemp(join(tmpdir(), 'topo-laws-'));
afterAll(() => rm(root, { recursive: true }));

const largest = {
  F16: 65_504,
  BF16: (2 - 2 ** -7) * 2 ** 127,
  F32: (2 - 2 ** -23) * 2 ** 127,
  F64: Number.MAX_VALUE,
};

/** Mostly at the edges, where sums and steps overflow. */
const valueOf = (dtype: FloatDtype) =>
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.double({ noNaN: true, min: -1, max: 1 }).map((one) => one * largest[dtype]),
    },
    {
      weight: 3,
      arbitrary: fc.constantFrom(-1, -0.5, 0, 0.5, 1).map((one) => one * largest[dtype]),
    },
    { weight: 6, arbitrary: fc.double({ noNaN: true, min: -10, max: 10 }) },
    { weight: 1, arbitrary: fc.constantFrom(NaN, Infinity, 1e-300) },
  );

const shape = [2];
const modelOf = (dtype: FloatDtype) =>
  fc
    .tuple(valueOf(dtype), valueOf(dtype))
    .map(
      (values): Tensors =>
        new Map([['w', { dtype, shape, data: writeFloats(dtype, Float64Array.from(values)) }]]),
    );

const count = fc.oneof(
  fc.nat(1_000),
  fc.constantFrom(0, 2 ** 53 - 1, 2 ** 53, 1e300, 0.5, -1, '1', null),
);
const metric = fc.oneof(
  fc.double(),
  fc.constantFrom(Number.MAX_VALUE, -Number.MAX_VALUE, 1e308, '1', null),
);
const metrics = fc.dictionary(
  fc.oneof(fc.constantFrom('loss', 'toString', '__proto__', 'constructor'), fc.string()),
  metric,
  { maxKeys: 4 },
);
const time = fc.oneof(
  fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('9999-12-31') }),
  fc.constantFrom(
    '9999-99-99T99:99:99.999Z',
    '2026-02-30T00:00:00.000Z',
    '0000-00-00T00:00:00.000Z',
    '0000-01-01T00:00:00.000Z',
    '2026-11-23T24:00:00.000Z',
    '2026-11-23T09:00:60.000Z',
  ),
);

const wrong = fc.record(
  {
    samples: count,
    attempt: count,
    metrics,
    started_at: time,
    finished_at: time,
    worker: anyText({ maxLength: 300 }),
    round: count,
  },
  { requiredKeys: [] },
);

/** What may stand in a result; the most of it is right, so that some results count. */
const resultOf = (dtype: FloatDtype) =>
  fc.record({
    changes: fc.oneof(
      {
        weight: 2,
        arbitrary: fc.record({ samples: fc.oneof(fc.nat(), fc.constant(2 ** 53 - 1)) }),
      },
      { weight: 2, arbitrary: fc.record({ metrics }) },
      { weight: 1, arbitrary: wrong },
    ),
    model: modelOf(dtype),
  });

const optimizer: fc.Arbitrary<OuterOptimizer> = fc.oneof(
  fc.constant({ kind: 'average' } as const),
  fc.record({
    kind: fc.constant('nesterov' as const),
    learning_rate: fc.double({ noNaN: true, min: 1e-9, max: 100 }),
    momentum: fc.double({ noNaN: true, min: 0, max: 0.999 }),
  }),
);

const shards = 3;
const course = fc.constantFrom<FloatDtype>('F16', 'BF16', 'F32', 'F64').chain((dtype) =>
  fc.record({
    base: modelOf(dtype),
    optimizer,
    weight: fc.constantFrom('samples' as const, 'equal' as const),
    rounds: fc.array(fc.array(resultOf(dtype), { minLength: shards, maxLength: shards }), {
      minLength: 1,
      maxLength: 3,
    }),
  }),
);

const at = '2026-11-23T09:00:00.000Z';
const good = { version: 1, worker: 'w', attempt: 1, started_at: at, finished_at: at, samples: 1 };
const sha256 = 'a'.repeat(64);
const began: LedgerRecord = {
  ...{ at: 1, kind: 'began', version: 1, run: 'r', job_sha256: sha256, rounds: 9 },
  shards: Array.from({ length: shards }, (_, n) => ({ uri: `${n}`, sha256 })),
};

let runs = 0;
let [accepted, rejected] = [0, 0];

type Course = typeof course extends fc.Arbitrary<infer T> ? T : never;

/** A run as a coordinator makes it of these results, one after the other. */
async function play({ base, optimizer: outer, weight, rounds }: Course): Promise<void> {
  const folder = join(root, `${++runs}`);
  const path = join(folder, 'ledger.jsonl');
  const store = await ParameterStore.open(join(folder, 'parameters'));
  const { ledger } = await Ledger.open(path);
  const written: LedgerRecord[] = [];
  const append: Append = async (record) => {
    await ledger.append(record);
    written.push(record);
  };
  const parameters = await put(store, renderTensors(base));
  const parts = {
    store,
    roots: [root],
    optimizer: outer,
    weight,
    shards,
  };
  try {
    await append(began);
    await append({ at: 2, kind: 'initial', parameters });
    for (const results of rounds) await playRound(results, written, parts, append);
  } finally {
    await ledger.close();
  }
  const read = await readLedger(path);
  expect(read).toEqual(written.map((one) => JSON.parse(JSON.stringify(one)) as unknown));
  renderReport({ job: {}, ledger: read, timeline: [] });
  await rm(folder, { recursive: true });
}

type Append = (record: LedgerRecord) => Promise<void>;

/** Closes it, too, if any of them counts. */
async function playRound(
  results: Course['rounds'][number],
  written: readonly LedgerRecord[],
  parts: ReceiveParts & CloseParts,
  append: Append,
): Promise<void> {
  const { parameters: base, closed } = resumeFrom(written);
  const start = { base, momentum: closed.at(-1)?.momentum };
  const round = closed.length;
  for (const [shard, { changes, model }] of results.entries()) {
    const unit = trainUnit('r', round, shard);
    const parameters = encodeInline(renderTensors(model));
    const body = { ...good, task: unit.id, parameters, ...changes };
    await append(await recordOf(unit, Buffer.from(JSON.stringify(body)), start, parts));
  }
  const counted = resumeFrom(written).accepted.filter(({ unit }) => unit.round === round);
  if (counted.length === 0 || base === undefined) return;
  const { closed: made, durable } = await closeRound(
    { ...start, kind: 'close_round', round, base, parts: counted },
    parts,
  );
  await durable;
  await append({ at: 4, kind: 'closed', ...made });
}

async function recordOf(
  unit: Unit,
  content: Buffer,
  start: Start,
  parts: ReceiveParts,
): Promise<LedgerRecord> {
  const parsed = parseResult(content, {});
  try {
    if (parsed.kind === 'broken') throw new Error(parsed.problems.join());
    const given = await receive(unit, parsed.value, start, parts);
    accepted++;
    return { at: 3, kind: 'accepted', ...given };
  } catch (error) {
    rejected++;
    const reason = String(error);
    // A bug is no reason.
    expect(reason).not.toMatch(/^(Type|Range|Reference)Error/);
    return { at: 3, kind: 'rejected', unit, worker: 'w', reason };
  }
}

test('every ledger that can be written can be read and closed', async () => {
  await fc.assert(fc.asyncProperty(course, play), { numRuns: atEffort(30) });
  // Both came up.
  expect(Math.min(accepted, rejected)).toBeGreaterThan(20);
});

const stored = { sha256, bytes: 8 };
const of = { unit: trainUnit('r', 0, 0), worker: 'w' };
const records: LedgerRecord[] = [
  began,
  { at: 2, kind: 'initial', parameters: stored },
  {
    ...{ at: 3, kind: 'accepted', ...of, attempt: 1, parameters: stored, samples: 1 },
    ...{ metrics: { loss: 1 }, started_at: 1, finished_at: 2 },
  },
  { at: 3, kind: 'rejected', ...of, reason: 'x' },
  { at: 4, kind: 'closed', round: 0, parameters: stored, momentum: stored, metrics: {} },
  { at: 5, kind: 'resumed' },
  { at: 6, kind: 'finished', why: 'target', parameters: stored },
  { at: 7, kind: 'failed', reason: 'x' },
];

/** A record with fields that are anything. */
const record = fc
  .tuple(
    fc.constantFrom(...records),
    fc.dictionary(
      fc.constantFrom('at', 'kind', 'unit', 'samples', 'metrics', 'finished_at', 'reason', 'other'),
      fc.oneof(fc.anything({ maxDepth: 1 }), fc.double(), fc.nat(), anyText()),
      { maxKeys: 2 },
    ),
  )
  .map(([whole, changes]) => ({ ...whole, ...changes }));

test('a ledger takes a record that it can give back, and no other', async () => {
  const path = join(root, 'any.jsonl');
  const { ledger } = await Ledger.open(path);
  const written: unknown[] = [];
  const law = fc.asyncProperty(record, async (one) => {
    const isTaken = await ledger.append(one).then(
      () => true,
      () => false,
    );
    if (isTaken) written.push(JSON.parse(JSON.stringify(one)));
  });
  await fc.assert(law, { numRuns: atEffort(500) });
  await ledger.close();
  expect(await readLedger(path)).toEqual(written);
  expect(written.length).toBeGreaterThan(atEffort(100));
});
