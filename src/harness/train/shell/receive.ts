// Checks and stores a worker's result. Finds all that a later step could throw on, so that the
// ledger can be read back and the round closed. Leaves the file that the result names.
import type { Result } from '../../messaging/result.generated.ts';
import { storeOf } from '../../data/stores/stores.ts';
import type { OuterOptimizer } from '../../data/tensors/aggregate.ts';
import { checkMetrics, weightOf, type Weight } from './metrics.ts';
import type { ParameterStore } from '../parameters/parameter-store.ts';
import { whyUnreadable } from '../run/parse-record.ts';
import type { Accepted } from '../model/records.ts';
import type { Stored, Unit } from '../model/unit.ts';

export interface ReceiveParts {
  readonly store: ParameterStore;
  /** What workers name lies below one of these. */
  readonly roots: readonly string[];
  readonly optimizer: OuterOptimizer;
  readonly weight: Weight;
  /** The most parts of a round. */
  readonly shards: number;
}

/** What the round began with; nothing before the init unit is done. */
export interface Start {
  readonly base: Stored | undefined;
  readonly momentum: Stored | undefined;
}

/** Durable once it settles. Throws what is wrong with the result. */
export async function receive(
  unit: Unit,
  result: Result,
  start: Start,
  parts: ReceiveParts,
): Promise<Accepted> {
  const fields = readFields(unit, result, parts);
  if (unit.kind === 'evaluate') return fields;
  const parameters = await receiveParameters(result, weightOf(fields, parts.weight), start, parts);
  return { ...fields, parameters };
}

function readFields(unit: Unit, result: Result, { weight }: ReceiveParts): Accepted {
  const { worker, attempt, samples, metrics = {}, started_at, finished_at } = result;
  if (samples === undefined && unit.kind === 'train' && weight === 'samples') throw noSamples();
  checkMetrics(metrics);
  const fields = {
    unit,
    worker,
    attempt,
    samples: samples ?? 0,
    metrics,
    started_at: Date.parse(started_at),
    finished_at: Date.parse(finished_at),
  };
  const why = whyUnreadable(JSON.stringify({ at: 0, kind: 'accepted', ...fields }));
  if (why !== undefined) throw new Error(`it can't be written to the ledger: ${why}`);
  return fields;
}

async function receiveParameters(
  { parameters: location }: Result,
  weight: number,
  { base, momentum }: Start,
  { store, roots, optimizer, shards: parts }: ReceiveParts,
): Promise<Stored> {
  if (location === undefined) throw new Error('it names no parameters');
  const begun = { base: base && store.pathOf(base), momentum: momentum && store.pathOf(momentum) };
  const order = { fit: { ...begun, optimizer, weight, parts }, like: base?.bytes };
  const { sha256 } = location;
  return (
    // A result that comes a second time may name a file that is gone, and that is here by now.
    (sha256 === undefined ? undefined : await store.takeAgain(sha256, order)) ??
    store.take({ ...order, from: storeOf(location).sourceOf(location, roots), sha256 })
  );
}

const noSamples = (): Error =>
  new Error(
    'it has no samples, which are its weight: let the trainer return samples, or write weight: equal in the job',
  );
