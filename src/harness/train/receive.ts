// Checks what a worker gave, and stores it: parameters like those that the round began with, and finite. What a result names is
// read, and stays where it is.
import type { Location as ResultLocation, Result } from '../result.generated.ts';
import { TrainingError } from '../handler.ts';
import { decodeInline } from '../inline.ts';
import { withFileBelowRoots } from '../shard/local-file.ts';
import { differenceOf } from '../tensors/difference.ts';
import { parseTensors } from '../tensors/parse.ts';
import type { Tensors } from '../tensors/tensors.ts';
import { contentOf, type Content } from './content.ts';
import type { Models } from './models.ts';
import type { ParameterStore } from './parameter-store.ts';
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
  const content = await read(location, base, parts);
  const tensors = checkParameters(content, base && (await parts.models.load(base)));
  const { durable } = await parts.store.place(content);
  await durable;
  parts.models.keep(content.stored, tensors);
  return content.stored;
}

/** One pass over them. */
function checkParameters({ bytes }: Content, base: Tensors | undefined): Tensors {
  const tensors = parseTensors(bytes);
  const difference = differenceOf(base ?? tensors, tensors);
  if (difference !== undefined) throw new Error(`its parameters can't be used: ${difference}`);
  return tensors;
}

/** A result that comes a second time may name a file that is gone, and in the store. */
async function read(
  { uri = '', inline, sha256 }: ResultLocation,
  base: Stored | undefined,
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
