// The mean of a round: one pass over all of its results, in the order of the shards, a chunk of each at a time. Memory does not grow with
// their number. What is read and what is written is hashed on the way.
import {
  addScaled,
  checkMomentum,
  checkParts,
  divide,
  momentumForms,
  scale,
  stepNesterov,
  tooLarge,
  weightsOf,
  type OuterOptimizer,
} from '../tensors/aggregate.ts';
import { areFinite, blockLength, readFloats, writeFloats } from '../tensors/floats.ts';
import {
  blocksOf,
  chunkBytes,
  chunkLength,
  chunksOf,
  Cursor,
  type Chunk,
  type Piece,
} from '../tensors/layout.ts';
import { isFloatDtype, momentumDtype, type FloatDtype } from '../tensors/tensors.ts';
import type { Stored } from '../train/unit.ts';
import type { ModelFile } from './model-file.ts';
import { NewFile } from './new-file.ts';
import { NewModel } from './new-model.ts';
import { ReadAhead, type Read } from './read-ahead.ts';
import { damaged, OpenFiles, type StoredFile } from './stored-file.ts';

export interface MeanOrder {
  /** What the parts began with. */
  readonly base: StoredFile;
  /** What the round before gave back; none in the first round. */
  readonly momentum: StoredFile | undefined;
  /** At least one. Their order is the order of the sums, and another one gives another last bit. */
  readonly parts: readonly Part[];
  readonly optimizer: OuterOptimizer;
  /** New files; the second is only made where the optimizer has a momentum. */
  readonly to: { readonly parameters: string; readonly momentum: string };
}

interface Part extends StoredFile {
  /** The weight; if it is 0 of all parts, they weigh the same. */
  readonly samples: number;
}

export interface Mean {
  readonly parameters: Stored;
  readonly momentum?: Stored;
}

/**
 * Computed in float64, rounded once. Tensors that are no floats, such as counters, are the first part's. Throws ExpectedError for parts of
 * another model, weights that are none, files that are damaged, a value that is too large for its dtype; and what the operating system
 * says of the new files, which are removed then.
 */
export async function mean(order: MeanOrder): Promise<Mean> {
  const files = new OpenFiles();
  try {
    const { momentum, optimizer, to } = order;
    const base = await files.open(order.base.path);
    const parts: ModelFile[] = [];
    for (const { path } of order.parts) parts.push(await files.open(path));
    const before = momentum && (await files.open(momentum.path));
    const inputs = { base, parts, momentum: before };
    check(order, inputs);
    const forms = base.layout.places;
    return await NewFile.make(to.parameters, async (file) => {
      const made = await NewModel.begin(file, forms);
      if (optimizer.kind === 'average') return new Averaging(order, inputs, made).run();
      return NewFile.make(to.momentum, async (second) => {
        const velocity = await NewModel.begin(second, momentumForms(forms));
        return new Averaging(order, inputs, made, velocity).run();
      });
    });
  } finally {
    await files.close();
  }
}

interface Inputs {
  readonly base: ModelFile;
  readonly parts: readonly ModelFile[];
  readonly momentum: ModelFile | undefined;
}

function check({ parts: named }: MeanOrder, { base, parts, momentum }: Inputs): void {
  const forms = base.layout.places;
  checkParts(
    forms,
    parts.map(({ layout }, at) => ({ forms: layout.places, samples: named[at]?.samples ?? NaN })),
  );
  if (momentum) checkMomentum(forms, momentum.layout.places);
}

class Averaging {
  readonly #order: MeanOrder;
  readonly #inputs: Inputs;
  readonly #made: NewModel;
  readonly #velocity: NewModel | undefined;
  readonly #weights: readonly number[];
  readonly #total: number;
  readonly #sum: Float64Array<ArrayBuffer>;
  readonly #values = new Float64Array(blockLength);
  readonly #speeds = new Float64Array(blockLength);

  constructor(order: MeanOrder, inputs: Inputs, made: NewModel, velocity?: NewModel) {
    this.#order = order;
    this.#inputs = inputs;
    this.#made = made;
    this.#velocity = velocity;
    this.#weights = weightsOf(order.parts.map(({ samples }) => samples));
    this.#total = this.#weights.reduce((total, weight) => total + weight, 0);
    this.#sum = new Float64Array(Math.min(chunkLength, made.layout.size));
  }

  async run(): Promise<Mean> {
    const { layout } = this.#made;
    const most = Math.max(layout.size, this.#velocity?.layout.size ?? 0);
    const ahead = new ReadAhead(this.#reads(), Math.min(chunkBytes, most));
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
    await this.#checkInputs();
    const parameters = await this.#made.end();
    return { parameters, ...(this.#velocity && { momentum: await this.#velocity.end() }) };
  }

  /** Of each chunk: the parts, and what else the outer optimizer needs. */
  *#reads(): Generator<Read> {
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
    const { optimizer } = this.#order;
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

  /** That they were what they are named after. */
  async #checkInputs(): Promise<void> {
    const { base, parts, momentum } = this.#inputs;
    const named = this.#order;
    const read: [ModelFile | undefined, StoredFile | undefined][] = [
      ...parts.map((part, at): [ModelFile, StoredFile | undefined] => [part, named.parts[at]]),
      ...(this.#velocity ? ([[base, named.base]] as [ModelFile, StoredFile][]) : []),
      [momentum, named.momentum],
    ];
    for (const [file, stored] of read)
      if (file && stored && (await file.digest()) !== stored.sha256) throw damaged(stored.path);
  }
}

interface Step {
  readonly sum: Float64Array;
  readonly begun: Uint8Array;
  readonly before: Uint8Array | undefined;
  readonly moved: Uint8Array;
}

const floatsOf = (chunk: Chunk): Chunk => chunk.filter(({ dtype }) => isFloatDtype(dtype));
