// Reads a safetensors file in chunks, and hashes it on the way.
import { lengthBytes, headLengthOf, parseLayout } from '../../data/tensors/parse.ts';
import { spansOf, type Chunk, type Layout, type Span } from '../../data/tensors/layout.ts';
import { RunningHash, type Bytes } from './bytes.ts';
import { hashingHere, type Hashing } from './hashing.ts';
import type { Filled } from './read-ahead.ts';

interface Opened {
  readonly hash: RunningHash;
  readonly like: ModelFile | undefined;
}

export class ModelFile {
  /** The file up to where its data begin. */
  readonly head: Uint8Array;
  readonly layout: Layout;
  readonly #bytes: Bytes;
  readonly #hash: RunningHash;

  private constructor(bytes: Bytes, head: Uint8Array, { hash, like }: Opened) {
    this.#bytes = bytes;
    const isAlike = like?.layout.size === bytes.size && Buffer.compare(head, like.head) === 0;
    this.head = isAlike ? like.head : head;
    this.layout = isAlike ? like.layout : parseLayout(head, bytes.size);
    this.#hash = hash;
  }

  /**
   * `like`: one that may have the same header; then the two share it. Throws ExpectedError if it is
   * no safetensors file.
   */
  static async open(
    bytes: Bytes,
    hashing: Hashing = hashingHere,
    like?: ModelFile,
  ): Promise<ModelFile> {
    const first = new Uint8Array(Math.min(lengthBytes, bytes.size));
    await bytes.read(first, 0);
    const head = new Uint8Array(headLengthOf(first, bytes.size));
    await bytes.read(head, 0);
    const hash = new RunningHash(hashing.begin());
    await hash.update(0, head);
    return new ModelFile(bytes, head, { hash, like });
  }

  /** The numbers of the pieces side by side, at the begin of `into`. */
  async read(chunk: Chunk, into: Uint8Array): Promise<Filled> {
    const { spans, bytes } = await this.#fill(chunk, into);
    let from = 0;
    const hashed = spans.map(({ begin, end }) => {
      const part = bytes.subarray(from, (from += end - begin));
      return this.#hash.update(begin, part);
    });
    return { bytes, isFree: Promise.all(hashed) };
  }

  /** As read does, without a look at what the file hashes to. */
  async peek(chunk: Chunk, into: Uint8Array): Promise<Uint8Array> {
    return (await this.#fill(chunk, into)).bytes;
  }

  /** The SHA-256 of all of it. */
  digest(): Promise<string> {
    return this.#hash.digest(this.#bytes);
  }

  async #fill(chunk: Chunk, into: Uint8Array): Promise<{ spans: Span[]; bytes: Uint8Array }> {
    const spans = spansOf(chunk, this.layout);
    let from = 0;
    for (const { begin, end } of spans)
      await this.#bytes.read(into.subarray(from, (from += end - begin)), begin);
    return { spans, bytes: into.subarray(0, from) };
  }
}
