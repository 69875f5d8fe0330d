// Takes parameters in: hashes, checks and copies them in one pass.
import { open } from 'node:fs/promises';
import { aboutParameters, withFileBelowRoots } from '../../data/shard/local-file.ts';
import type { Source } from '../../data/stores/store.ts';
import { chunksOf, mostBytesOf, type Chunk } from '../../data/tensors/layout.ts';
import type { Stored } from '../model/unit.ts';
import { bytesOfBuffer, bytesOfFile, hashOf, type Bytes } from './bytes.ts';
import { Fitting, type Fit } from './fitting.ts';
import { ModelFile } from './model-file.ts';
import { NewFile } from './new-file.ts';
import { ReadAhead, type Read } from './read-ahead.ts';
import { damaged, unreadable } from './stored-file.ts';

export interface TakeOrder {
  readonly from: Source;
  /** What they must hash to. */
  readonly sha256?: string | undefined;
  /** A new file for the copy; without one they are only looked at. */
  readonly to?: string | undefined;
  /** What they must fit. */
  readonly fit?: Fit | undefined;
  /**
   * Bytes of the parameters that they must be like; other text may stand beside the same tensors.
   */
  readonly like?: number | undefined;
}

/**
 * Throws what is wrong with them, and what the operating system says of the copy; a copy that isn't
 * whole is removed.
 */
export const take = (order: TakeOrder): Promise<Stored> =>
  withBytes(order.from, async (bytes) => {
    const { from, sha256, like } = order;
    if (like !== undefined && bytes.size > 2 * like + 2 ** 20)
      throw tooLong(from, bytes.size, like);
    try {
      return await pass(bytes, order);
    } catch (error) {
      // What else is said of bytes that are not those that were sent would mislead.
      if (sha256 !== undefined && (await hashOf(bytes)) !== sha256) throw otherBytes(from, sha256);
      throw error;
    }
  });

async function pass(bytes: Bytes, { from, sha256, to, fit }: TakeOrder): Promise<Stored> {
  const model = await ModelFile.open(bytes);
  const copy = async (file?: NewFile, fitting?: Fitting): Promise<Stored> => {
    await readThrough(model, file, fitting);
    const found = await model.digest();
    if (sha256 !== undefined && found !== sha256) throw otherBytes(from, sha256);
    return { sha256: found, bytes: bytes.size };
  };
  const make = (fitting?: Fitting): Promise<Stored> =>
    to === undefined ? copy(undefined, fitting) : NewFile.make(to, (file) => copy(file, fitting));
  return fit === undefined ? make() : Fitting.begin(model.layout.places, fit, make);
}

/** Reads, writes and checks side by side. */
async function readThrough(
  model: ModelFile,
  file: NewFile | undefined,
  fitting: Fitting | undefined,
): Promise<void> {
  const { head, layout } = model;
  const bytes = mostBytesOf(layout);
  const ahead = new ReadAhead(readsOf(model), () => new Uint8Array(bytes));
  try {
    await file?.write(0, head);
    let at = head.length;
    for (const chunk of chunksOf(layout)) {
      const read = await ahead.next();
      await file?.write(at, read);
      await fitting?.check(chunk, read);
      at += read.length;
    }
    await file?.flush();
  } finally {
    await ahead.close();
  }
}

function* readsOf(model: ModelFile): Generator<Read, undefined> {
  for (const chunk of chunksOf(model.layout)) yield readOf(model, chunk);
}

const readOf =
  (model: ModelFile, chunk: Chunk): Read =>
  (buffer) =>
    model.read(chunk, buffer);

async function withBytes<T>(from: Source, use: (bytes: Bytes) => Promise<T>): Promise<T> {
  if (from.kind === 'base64') return use(bytesOfBuffer(Buffer.from(from.text, 'base64')));
  if (from.kind === 'file') return withFile(from.path, use);
  const { signal } = new AbortController();
  // What goes wrong with the bytes is said as it is.
  const [used] = await withFileBelowRoots(from.uri, from.roots, signal, async ({ file }) =>
    Promise.allSettled([bytesOfFile(file, from.uri).then(use)]),
  ).catch((error: unknown) => {
    throw aboutParameters(error);
  });
  if (used.status === 'rejected') throw used.reason;
  return used.value;
}

async function withFile<T>(path: string, use: (bytes: Bytes) => Promise<T>): Promise<T> {
  const file = await open(path).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  try {
    return await use(await bytesOfFile(file, path));
  } finally {
    await file.close();
  }
}

function otherBytes(from: Source, sha256: string): Error {
  if (from.kind === 'file') return damaged(from.path);
  return new Error(`${nameOf(from)} does not hash to ${sha256}`);
}

const tooLong = (from: Source, size: number, like: number): Error =>
  new Error(`${nameOf(from)} has ${size} bytes, and the parameters of the round have ${like}`);

function nameOf(from: Source): string {
  switch (from.kind) {
    case 'file':
      return from.path;
    case 'named':
      return from.uri;
    case 'base64':
      return from.name;
  }
}
