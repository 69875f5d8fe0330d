// Checks what a worker gave, and stores it. Finds whatever a later step could throw on, so that the
// ledger can be read back, and the round be closed. Reads the file that a result names, and leaves it.
import type { Location as ResultLocation, Result } from '../result.generated.ts';
import { TrainingError } from '../handler.ts';
import { decodeInline } from '../inline.ts';
import { withFileBelowRoots } from '../shard/local-file.ts';
import type { OuterOptimizer } from '../tensors/aggregate.ts';
import { differenceOf } from '../tensors/difference.ts';
import { overflowOf } from '../tensors/overflow.ts';
import { parseTensors } from '../tensors/parse.ts';
import { canBeRead } from '../tensors/render.ts';
import type { Tensors } from '../tensors/tensors.ts';
import { contentOf, type Content } from './content.ts';
import { checkMetrics } from './metrics.ts';
import type { Models } from './models.ts';
import type { ParameterStore } from './parameter-store.ts';
import { whyUnreadable } from './parse-record.ts';
import type { Accepted } from './records.ts';
import type { Stored, Unit } from './unit.ts';
import { weightOf, type Weight } from './weight.ts';

export interface ReceiveParts {
  readonly store: ParameterStore;
  readonly models: Models;
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
    ...{ unit, worker, attempt, samples: samples ?? 0, metrics },
    ...{ started_at: Date.parse(started_at), finished_at: Date.parse(finished_at) },
  };
  const why = whyUnreadable(JSON.stringify({ at: 0, kind: 'accepted', ...fields }));
  if (why !== undefined) throw new Error(`it can't be written to the ledger: ${why}`);
  return fields;
}

async function receiveParameters(
  { parameters: location }: Result,
  weight: number,
  start: Start,
  parts: ReceiveParts,
): Promise<Stored> {
  if (location === undefined) throw new Error('it names no parameters');
  const content = await read(location, start, parts);
  const tensors = parseTensors(content.bytes);
  const why = await whyUnusable(tensors, weight, start, parts);
  if (why !== undefined) throw new Error(`its parameters can't be used: ${why}`);
  const { durable } = await parts.store.place(content);
  await durable;
  parts.models.keep(content.stored, tensors);
  return content.stored;
}

/** As a part of the round; undefined: they can be used. */
async function whyUnusable(
  tensors: Tensors,
  weight: number,
  start: Start,
  { models, optimizer, shards: parts }: ReceiveParts,
): Promise<string | undefined> {
  const base = start.base === undefined ? tensors : await models.load(start.base);
  const momentum = start.momentum && (await models.load(start.momentum));
  if (start.base === undefined && !canBeRead(tensors)) return 'their names are too long';
  return (
    differenceOf(base, tensors) ?? overflowOf(tensors, weight, { base, momentum, optimizer, parts })
  );
}

/** A result that comes a second time may name a file that is gone, and in the store. */
async function read(
  { uri = '', inline, sha256 }: ResultLocation,
  { base }: Start,
  { store, roots }: ReceiveParts,
): Promise<Content> {
  if (inline !== undefined) return contentOf(decodeInline(inline));
  const known = sha256 === undefined ? undefined : await store.find(sha256);
  if (known !== undefined) return known;
  const { signal } = new AbortController();
  const content = await withFileBelowRoots(uri, roots, signal, async ({ file }) => {
    const { size } = await file.stat();
    if (base !== undefined && size > mostOf(base)) throw tooLong(uri, size, base);
    return contentOf(await file.readFile());
  });
  if (sha256 === undefined || sha256 === content.stored.sha256) return content;
  throw new Error(`${uri} does not hash to ${sha256}`);
}

/** Bytes: the same tensors with other text beside them. */
const mostOf = ({ bytes }: Stored): number => 2 * bytes + 2 ** 20;

const tooLong = (uri: string, size: number, { bytes }: Stored): Error =>
  new TrainingError(
    'poison',
    `${uri} has ${size} bytes, and the parameters of the round have ${bytes}`,
  );

const noSamples = (): Error =>
  new Error(
    'it has no samples, which are its weight: let the trainer return samples, or write weight: equal in the job',
  );
