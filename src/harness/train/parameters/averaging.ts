// Goes through the results of a round chunk by chunk: sums, steps and writes.
import {
  addScaled,
  divide,
  scale,
  stepNesterov,
  tooLarge,
  weightsOf,
  type OuterOptimizer,
} from '../../data/tensors/aggregate.ts';
import { areFinite, blockLength, readFloats, writeFloats } from '../../data/tensors/floats.ts';
import {
  blocksOf,
  chunkBytes,
  chunkLength,
  chunksOf,
  Cursor,
  type Chunk,
  type Piece,
} from '../../data/tensors/layout.ts';
import { isFloatDtype, momentumDtype, type FloatDtype } from '../../data/tensors/tensors.ts';
import type { ModelFile } from './model-file.ts';
import type { NewModel } from './new-model.ts';
import { ReadAhead, type Read } from './read-ahead.ts';

export interface Inputs {
  readonly base: ModelFile;
  readonly parts: readonly ModelFile[];
  readonly momentum: ModelFile | undefined;
}

interface Work {
  readonly inputs: Inputs;
  /** Of each part. */
  readonly samples: readonly number[];
  readonly optimizer: OuterOptimizer;
  /** Makes a buffer of so many bytes. */
  readonly room: (bytes: number) => Uint8Array;
  readonly made: NewModel;
  /** Where the optimizer has a momentum. */
  readonly velocity?: NewModel;
}

export class Averaging {
  readonly #inputs: Inputs;
  readonly #optimizer: OuterOptimizer;
  readonly #room: Work['room'];
  readonly #made: NewModel;
  readonly #velocity: NewModel | undefined;
  readonly #weights: readonly number[];
  readonly #total: number;
  readonly #sum: Float64Array<ArrayBuffer>;
  readonly #values = new Float64Array(blockLength);
  readonly #speeds = new Float64Array(blockLength);

  constructor({ inputs, samples, optimizer, room, made, velocity }: Work) {
    this.#inputs = inputs;
    this.#optimizer = optimizer;
    this.#room = room;
    this.#made = made;
    this.#velocity = velocity;
    this.#weights = weightsOf(samples);
    this.#total = this.#weights.reduce((total, weight) => total + weight, 0);
    this.#sum = new Float64Array(Math.min(chunkLength, made.layout.size));
  }

  async run(): Promise<void> {
    const { layout } = this.#made;
    const most = Math.max(layout.size, this.#velocity?.layout.size ?? 0);
    const ahead = new ReadAhead(this.#reads(), () => this.#room(Math.min(chunkBytes, most)));
    try {
      for (const chunk of chunksOf(layout)) {
        const bytes = this.#made.room();
        for (const [at, weight] of this.#weights.entries())
          this.#add(chunk, await ahead.next(), weight, at === 0 ? bytes : undefined);
        const start = this.#velocity && new Cursor(await ahead.next());
        const speed = this.#inputs.momentum && new Cursor(await ahead.next());
        await this.#finish(chunk, bytes, { start, speed });
      }
    } finally {
      await ahead.close();
    }
  }

  /** Of each chunk: the parts, and what else the outer optimizer needs. */
  *#reads(): Generator<Read, undefined> {
    const { base, parts, momentum } = this.#inputs;
    for (const chunk of chunksOf(this.#made.layout)) {
      for (const part of parts) yield (buffer) => part.read(chunk, buffer);
      if (this.#velocity) yield (buffer) => base.read(chunk, buffer);
      if (momentum) yield (buffer) => momentum.read(floatsOf(chunk), buffer);
    }
  }

  /** `first`: where what is no float goes, of the first part. */
  #add(chunk: Chunk, bytes: Uint8Array, weight: number, first: Uint8Array | undefined): void {
    const [cursor, kept] = [new Cursor(bytes), new Cursor(first ?? bytes)];
    let at = 0;
    for (const block of blocksOf(chunk)) {
      const { dtype, length } = block;
      const [data, place] = [cursor.next(block, dtype), kept.next(block, dtype)];
      const sum = this.#sum.subarray(at, (at += length));
      if (!isFloatDtype(dtype)) {
        if (first) place.set(data);
      } else if (first) scale(readFloats({ dtype, shape: [length], data }, sum), weight);
      else addScaled(sum, readFloats({ dtype, shape: [length], data }, this.#values), weight);
    }
  }

  async #finish(
    chunk: Chunk,
    bytes: Uint8Array,
    { start, speed }: { start: Cursor | undefined; speed: Cursor | undefined },
  ): Promise<void> {
    const made = new Cursor(bytes);
    const room = this.#velocity?.room();
    const moved = room && new Cursor(room);
    let at = 0;
    for (const block of blocksOf(chunk)) {
      const { dtype, length } = block;
      const [into, begun] = [made.next(block, dtype), start?.next(block, dtype)];
      const sum = this.#sum.subarray(at, (at += length));
      if (!isFloatDtype(dtype)) continue;
      divide(sum, this.#total);
      if (begun && moved) {
        const kept = momentumDtype(dtype);
        const before = speed?.next(block, kept);
        this.#step(block, dtype, { sum, begun, before, moved: moved.next(block, kept) });
      }
      this.#write(block, dtype, sum, into);
    }
    await this.#made.write(chunk);
    await this.#velocity?.write(floatsOf(chunk));
  }

  #step(block: Piece, dtype: FloatDtype, { sum, begun, before, moved }: Step): void {
    const optimizer = this.#optimizer;
    if (optimizer.kind === 'average') return;
    const shape = [block.length];
    const kept = momentumDtype(dtype);
    const starts = readFloats({ dtype, shape, data: begun }, this.#values);
    const speeds = before
      ? readFloats({ dtype: kept, shape, data: before }, this.#speeds)
      : this.#speeds.subarray(0, block.length).fill(0);
    stepNesterov(starts, sum, speeds, optimizer);
    this.#write(block, kept, speeds, moved);
  }

  #write({ name, length }: Piece, dtype: FloatDtype, values: Float64Array, into: Uint8Array): void {
    writeFloats(dtype, values, into);
    if (!areFinite(readFloats({ dtype, shape: [length], data: into }, this.#values)))
      throw tooLarge(name, { dtype });
  }
}

interface Step {
  readonly sum: Float64Array;
  readonly begun: Uint8Array;
  readonly before: Uint8Array | undefined;
  readonly moved: Uint8Array;
}

const floatsOf = (chunk: Chunk): Chunk => chunk.filter(({ dtype }) => isFloatDtype(dtype));
