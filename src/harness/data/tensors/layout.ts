// Finds where the bytes of each tensor lie in a safetensors file, and cuts the file into chunks of
// whole numbers.
import { blockLength } from './floats.ts';
import { sizeOf, widthOf, type Dtype, type Form } from './tensors.ts';

/** `begin` and `end`: bytes of the file. */
export interface Place extends Form {
  readonly begin: number;
  readonly end: number;
}

export interface Layout {
  /** Bytes of the header and its length: where the data begin. */
  readonly headLength: number;
  /** Bytes of the whole file. */
  readonly size: number;
  readonly places: ReadonlyMap<string, Place>;
}

/** Elements of one tensor, side by side. */
export interface Piece extends Pick<Form, 'dtype'> {
  readonly name: string;
  /** Elements before it. */
  readonly from: number;
  readonly length: number;
}

/** Pieces that follow each other in the file that they were cut from. */
export type Chunk = readonly Piece[];

/** Elements of a chunk: enough to be read at once, few enough to stay in the processor's cache. */
export const chunkLength = 2 ** 18;

/** Bytes of the largest chunk. */
export const chunkBytes = chunkLength * widthOf('F64');

export const inFileOrder = (places: Layout['places']): [string, Place][] =>
  [...places].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);

/** The data of a file, from the first byte to the last. */
export function* chunksOf({ places }: Layout): Generator<Chunk> {
  let chunk: Piece[] = [];
  let room = chunkLength;
  for (const [name, { dtype, shape }] of inFileOrder(places)) {
    const elements = sizeOf(dtype, shape) / widthOf(dtype);
    for (let from = 0; from < elements;) {
      const length = Math.min(room, elements - from);
      chunk.push({ name, dtype, from, length });
      from += length;
      room -= length;
      if (room > 0) continue;
      yield chunk;
      [chunk, room] = [[], chunkLength];
    }
  }
  if (chunk.length > 0) yield chunk;
}

/** Of the largest chunk of a file. */
export function mostBytesOf(layout: Layout): number {
  let most = 0;
  for (const chunk of chunksOf(layout)) {
    const bytes = chunk.reduce((sum, { dtype, length }) => sum + length * widthOf(dtype), 0);
    most = Math.max(most, bytes);
  }
  return most;
}

/** Bytes of a file. */
export interface Span {
  readonly begin: number;
  readonly end: number;
}

/**
 * Where the pieces lie in a file of this layout, which may have its tensors in another order, or of
 * other dtypes.
 */
export function spansOf(chunk: Chunk, { places }: Layout): Span[] {
  const spans: Span[] = [];
  for (const { name, from, length } of chunk) {
    const place = places.get(name);
    if (place === undefined) throw new Error(`the tensor ${name} is missing`);
    const begin = place.begin + from * widthOf(place.dtype);
    const end = begin + length * widthOf(place.dtype);
    const last = spans.at(-1);
    if (last?.end === begin) spans[spans.length - 1] = { begin: last.begin, end };
    else spans.push({ begin, end });
  }
  return spans;
}

/** The pieces of a chunk, none longer than a block. */
export function* blocksOf(chunk: Chunk): Generator<Piece> {
  for (const piece of chunk) {
    const end = piece.from + piece.length;
    for (let from = piece.from; from < end; from += blockLength)
      yield { ...piece, from, length: Math.min(blockLength, end - from) };
  }
}

/** Goes along the bytes of a chunk, block by block. */
export class Cursor {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  next({ length }: Piece, dtype: Dtype): Uint8Array {
    const begin = this.#at;
    this.#at += length * widthOf(dtype);
    return this.#bytes.subarray(begin, this.#at);
  }
}
