// A safetensors file that is read in chunks, and hashed on the way.
import { lengthBytes, headLengthOf, parseLayout } from '../tensors/parse.ts';
import { spansOf, type Chunk, type Layout } from '../tensors/layout.ts';
import { RunningHash, type Bytes } from './bytes.ts';

export class ModelFile {
  /** The file up to where its data begin. */
  readonly head: Uint8Array;
  readonly layout: Layout;
  readonly #bytes: Bytes;
  readonly #hash = new RunningHash();

  private constructor(bytes: Bytes, head: Uint8Array) {
    this.#bytes = bytes;
    this.head = head;
    this.layout = parseLayout(head, bytes.size);
    this.#hash.update(0, head);
  }

  /** Throws ExpectedError where it is no safetensors file. */
  static async open(bytes: Bytes): Promise<ModelFile> {
    const first = new Uint8Array(Math.min(lengthBytes, bytes.size));
    await bytes.read(first, 0);
    const head = new Uint8Array(headLengthOf(first, bytes.size));
    await bytes.read(head, 0);
    return new ModelFile(bytes, head);
  }

  /** The numbers of the pieces side by side, at the begin of `into`. */
  async read(chunk: Chunk, into: Uint8Array): Promise<Uint8Array> {
    const { at, bytes } = await this.#fill(chunk, into);
    let begin = 0;
    for (const place of at) {
      const end = begin + place.length;
      this.#hash.update(place.begin, bytes.subarray(begin, end));
      begin = end;
    }
    return bytes;
  }

  /** As read does, without a look at what the file hashes to. */
  async peek(chunk: Chunk, into: Uint8Array): Promise<Uint8Array> {
    return (await this.#fill(chunk, into)).bytes;
  }

  /** The SHA-256 of all of it. */
  digest(): Promise<string> {
    return this.#hash.digest(this.#bytes);
  }

  async #fill(chunk: Chunk, into: Uint8Array) {
    let end = 0;
    const at: { begin: number; length: number }[] = [];
    for (const span of spansOf(chunk, this.layout)) {
      const length = span.end - span.begin;
      await this.#bytes.read(into.subarray(end, end + length), span.begin);
      at.push({ begin: span.begin, length });
      end += length;
    }
    return { at, bytes: into.subarray(0, end) };
  }
}
