// Writes a safetensors file in chunks, and hashes it on the way.
import { chunkBytes, spansOf, type Chunk, type Layout } from '../../data/tensors/layout.ts';
import { layOut } from '../../data/tensors/render.ts';
import type { Forms } from '../../data/tensors/tensors.ts';
import type { Stored } from '../model/unit.ts';
import { RunningHash } from './bytes.ts';
import type { Hashing } from './hashing.ts';
import type { NewFile } from './new-file.ts';

export class NewModel {
  readonly layout: Layout;
  readonly #file: NewFile;
  readonly #hash: RunningHash;
  /** One is hashed and written while the other is filled. */
  readonly #rooms: readonly [Uint8Array, Uint8Array];
  #turn = 0;
  #hashed: Promise<void> = Promise.resolve();

  private constructor(file: NewFile, layout: Layout, hashing: Hashing) {
    this.#file = file;
    this.layout = layout;
    this.#hash = new RunningHash(hashing.begin());
    const bytes = Math.min(chunkBytes, layout.size);
    this.#rooms = [hashing.room(bytes), hashing.room(bytes)];
  }

  /** Writes what stands before the data. */
  static async begin(file: NewFile, forms: Forms, hashing: Hashing): Promise<NewModel> {
    const { head, layout } = layOut(forms);
    const model = new NewModel(file, layout, hashing);
    await model.#write(0, head);
    return model;
  }

  /** Room for the numbers of a chunk, one piece after the other, until the chunk is written. */
  room(): Uint8Array {
    return this.#rooms[this.#turn === 0 ? 0 : 1];
  }

  /** What stands in the room. */
  async write(chunk: Chunk): Promise<void> {
    const spans = spansOf(chunk, this.layout);
    if (spans.length === 0) return;
    const bytes = this.room();
    this.#turn = 1 - this.#turn;
    let from = 0;
    for (const { begin, end } of spans) {
      const length = end - begin;
      await this.#write(begin, bytes.subarray(from, from + length));
      from += length;
    }
  }

  async end(): Promise<Stored> {
    await this.#hashed;
    return { sha256: await this.#file.digest(this.#hash), bytes: this.layout.size };
  }

  /** Settles when what was written before is done with. */
  async #write(at: number, bytes: Uint8Array): Promise<void> {
    await this.#hashed;
    this.#hashed = this.#hash.update(at, bytes);
    // Told to the next write, or at the end.
    this.#hashed.catch(() => undefined);
    await this.#file.write(at, bytes);
  }
}
