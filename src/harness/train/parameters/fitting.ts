// Checks that parameters fit their round: like those that it began with, finite, and with no
// overflow in what is made of them.
import { quote } from '../../../topology/quote.ts';
import { differenceOf } from '../../data/tensors/difference.ts';
import { areFinite, blockLength, readFloats } from '../../data/tensors/floats.ts';
import { blocksOf, chunkBytes, Cursor, type Chunk, type Piece } from '../../data/tensors/layout.ts';
import { isInRange, type Reach } from '../../data/tensors/overflow.ts';
import { canBeRead } from '../../data/tensors/render.ts';
import {
  isFloatDtype,
  momentumDtype,
  type Forms,
  type FloatDtype,
} from '../../data/tensors/tensors.ts';
import type { ModelFile } from './model-file.ts';
import { OpenFiles } from './stored-file.ts';

/** What a round begins with, and what is made of its parts. */
export interface Fit extends Reach {
  /** Files; none for the first model of a run. */
  readonly base: string | undefined;
  readonly momentum: string | undefined;
}

export class Fitting {
  readonly #fit: Fit;
  readonly #base: ModelFile | undefined;
  readonly #momentum: ModelFile | undefined;
  readonly #values = new Float64Array(blockLength);
  readonly #starts = new Float64Array(blockLength);
  readonly #speeds = new Float64Array(blockLength);
  readonly #buffers: { readonly base: Uint8Array; readonly momentum: Uint8Array } | undefined;

  private constructor(fit: Fit, base: ModelFile | undefined, momentum: ModelFile | undefined) {
    this.#fit = fit;
    this.#base = base;
    this.#momentum = momentum;
    if (fit.optimizer.kind === 'average') return;
    const [largest = 0] = [base, momentum]
      .map((file) => file?.layout.size ?? 0)
      .sort((a, b) => b - a);
    const bytes = Math.min(chunkBytes, largest);
    this.#buffers = { base: new Uint8Array(bytes), momentum: new Uint8Array(bytes) };
  }

  /**
   * Gives `use` what checks the numbers of parameters of these forms. Throws why the forms don't
   * fit.
   */
  static async begin<T>(forms: Forms, fit: Fit, use: (fitting: Fitting) => Promise<T>): Promise<T> {
    const files = new OpenFiles();
    const find = async (path: string | undefined) =>
      path === undefined ? undefined : files.open(path);
    try {
      const base = await find(fit.base);
      if (!base && !canBeRead(forms)) throw unusable('their names are too long');
      const why = base && differenceOf(base.layout.places, forms);
      if (why) throw unusable(why);
      return await use(new Fitting(fit, base, await find(fit.momentum)));
    } finally {
      await files.close();
    }
  }

  /** `bytes`: of the chunk. Throws why they can't be used. */
  async check(chunk: Chunk, bytes: Uint8Array): Promise<void> {
    const own = new Cursor(bytes);
    const base = new Cursor(await this.#readBase(chunk, bytes));
    const momentum = await this.#readMomentum(chunk);
    for (const block of blocksOf(chunk)) {
      const { dtype } = block;
      const [data, start] = [own.next(block, dtype), base.next(block, dtype)];
      if (!isFloatDtype(dtype)) continue;
      const speed = momentum?.next(block, momentumDtype(dtype));
      this.#checkBlock(block, dtype, { data, start, speed });
    }
  }

  #checkBlock(
    { name, length }: Piece,
    dtype: FloatDtype,
    { data, start, speed }: { data: Uint8Array; start: Uint8Array; speed: Uint8Array | undefined },
  ): void {
    const read = (of: FloatDtype, bytes: Uint8Array, into: Float64Array<ArrayBuffer>) =>
      readFloats({ dtype: of, shape: [length], data: bytes }, into);
    const values = read(dtype, data, this.#values);
    if (!areFinite(values))
      throw unusable(`the tensor ${quote(name)} has a value that is not finite`);
    const isStep = this.#fit.optimizer.kind !== 'average';
    const starts = isStep ? read(dtype, start, this.#starts) : this.#starts;
    const speeds = speed
      ? read(momentumDtype(dtype), speed, this.#speeds)
      : this.#speeds.subarray(0, length).fill(0);
    if (!isInRange({ dtype, values, starts, speeds }, this.#fit))
      throw unusable(`the tensor ${quote(name)} has a value that is too large to be aggregated`);
  }

  /** The first model of a run is its own base. */
  async #readBase(chunk: Chunk, bytes: Uint8Array): Promise<Uint8Array> {
    if (this.#buffers === undefined || this.#base === undefined) return bytes;
    return this.#base.peek(chunk, this.#buffers.base);
  }

  async #readMomentum(chunk: Chunk): Promise<Cursor | undefined> {
    if (this.#buffers === undefined || this.#momentum === undefined) return undefined;
    const floats = chunk.filter(({ dtype }) => isFloatDtype(dtype));
    return new Cursor(await this.#momentum.peek(floats, this.#buffers.momentum));
  }
}

const unusable = (why: string): Error => new Error(`its parameters can't be used: ${why}`);
