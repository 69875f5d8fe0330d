// Checks what a worker gave, and stores it: parameters like those that the round began with, and finite.
import type { Location as ResultLocation, Result } from '../result.generated.ts';
import { decodeInline } from '../inline.ts';
import { findBelowRoots } from '../shard/local-file.ts';
import { differenceOf } from '../tensors/difference.ts';
import type { Models } from './models.ts';
import type { ParameterStore, Placed } from './parameter-store.ts';
import type { Accepted } from './records.ts';
import type { Stored, Unit } from './unit.ts';

export interface ReceiveParts {
  readonly store: ParameterStore;
  readonly models: Models;
  /** What workers name lies below one of these. */
  readonly roots: readonly string[];
}

/** `base`: the parameters that the round began with. Durable once it settles. Throws what is wrong with the result. */
export async function receive(
  unit: Unit,
  result: Result,
  base: Stored | undefined,
  parts: ReceiveParts,
): Promise<Accepted> {
  const parameters =
    unit.kind === 'evaluate' ? undefined : await receiveParameters(result, base, parts);
  const { worker, attempt, samples = 0, metrics = {} } = result;
  return {
    ...{ unit, worker, attempt, samples, metrics },
    ...(parameters && { parameters }),
    started_at: Date.parse(result.started_at),
    finished_at: Date.parse(result.finished_at),
  };
}

async function receiveParameters(
  { parameters: location }: Result,
  base: Stored | undefined,
  parts: ReceiveParts,
): Promise<Stored> {
  if (location === undefined) throw new Error('it names no parameters');
  const { stored, bytes, durable } = await take(location, parts);
  try {
    // While the disk is busy.
    const tensors = parts.models.read(stored, bytes);
    const expected = base === undefined ? tensors : await parts.models.load(base);
    const difference = differenceOf(expected, tensors);
    if (difference !== undefined) throw new Error(`its parameters can't be used: ${difference}`);
  } finally {
    await durable;
  }
  return stored;
}

async function take(
  { uri, inline, sha256 }: ResultLocation,
  { store, roots }: ReceiveParts,
): Promise<Placed> {
  if (inline !== undefined) return store.place(decodeInline(inline));
  const known = sha256 === undefined ? undefined : await store.find(sha256);
  if (known !== undefined) return known;
  const path = await findBelowRoots(uri ?? '', roots, undefined, new AbortController().signal);
  return store.adopt(path, sha256);
}
