// Computes the mean of a round in one pass over its results, in the order of the shards, a chunk of
// each at a time. Memory doesn't grow with their number. Hashes what it reads and writes on the
// way.
import { ExpectedError } from '../../../topology/problem.ts';
import {
  checkMomentum,
  checkParts,
  momentumForms,
  type OuterOptimizer,
} from '../../data/tensors/aggregate.ts';
import type { Stored } from '../model/unit.ts';
import { Averaging, type Inputs } from './averaging.ts';
import { hashingHere, type Hashing } from './hashing.ts';
import type { ModelFile } from './model-file.ts';
import { NewFile } from './new-file.ts';
import { NewModel } from './new-model.ts';
import { damaged, OpenFiles, type StoredFile } from './stored-file.ts';

export interface MeanOrder {
  /** What the parts began with. */
  readonly base: StoredFile;
  /** What the round before gave back; none in the first round. */
  readonly momentum: StoredFile | undefined;
  /** At least one. Their order is the order of the sums, and another one gives another last bit. */
  readonly parts: readonly Part[];
  readonly optimizer: OuterOptimizer;
  /** New files; the second is only made if the optimizer has a momentum. */
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
 * Computed in float64, rounded once. Tensors that are no floats, such as counters, are the first
 * part's. Throws ExpectedError for parts of another model, weights that are none, files that are
 * damaged, a value that is too large for its dtype; and what the operating system says of the new
 * files, which are removed then.
 */
export async function mean(order: MeanOrder, hashing: Hashing = hashingHere): Promise<Mean> {
  const files = new OpenFiles(hashing);
  try {
    const { momentum, optimizer, to } = order;
    const base = await files.open(order.base.path);
    const parts: ModelFile[] = [];
    for (const { path } of order.parts) parts.push(await files.open(path, parts[0] ?? base));
    const before = momentum && (await files.open(momentum.path));
    const inputs = { base, parts, momentum: before };
    check(order, inputs);
    const forms = base.layout.places;
    return await NewFile.make(to.parameters, async (file) => {
      const made = await NewModel.begin(file, forms, hashing);
      const samples = order.parts.map((part) => part.samples);
      const work = {
        inputs,
        samples,
        optimizer,
        room: (bytes: number) => hashing.room(bytes),
        made,
      };
      if (optimizer.kind === 'average') return run(order, new Averaging(work), work);
      return NewFile.make(to.momentum, async (second) => {
        const velocity = await NewModel.begin(second, momentumForms(forms), hashing);
        const step = { ...work, velocity };
        return run(order, new Averaging(step), step);
      });
    });
  } finally {
    await files.close();
  }
}

function check({ parts: named }: MeanOrder, { base, parts, momentum }: Inputs): void {
  const forms = base.layout.places;
  checkParts(
    forms,
    parts.map(({ layout }, at) => ({ forms: layout.places, samples: named[at]?.samples ?? NaN })),
  );
  if (momentum) checkMomentum(forms, momentum.layout.places);
}

async function run(
  order: MeanOrder,
  averaging: Averaging,
  { inputs, made, velocity }: { inputs: Inputs; made: NewModel; velocity?: NewModel },
): Promise<Mean> {
  await averaging.run().catch(async (error: unknown) => {
    // A value that is too large may come of a file that is damaged.
    if (error instanceof ExpectedError) await checkBytes(order, inputs);
    throw error;
  });
  await checkBytes(order, inputs);
  const parameters = await made.end();
  return { parameters, ...(velocity && { momentum: await velocity.end() }) };
}

/**
 * That what was read is what its name says. The mean alone needs nothing of the base but its forms.
 */
async function checkBytes(order: MeanOrder, { base, parts, momentum }: Inputs): Promise<void> {
  const named = [...order.parts, ...(order.optimizer.kind === 'average' ? [] : [order.base])];
  const files = [...parts, base];
  for (const [at, { path, sha256 }] of named.entries())
    if ((await files[at]?.digest()) !== sha256) throw damaged(path);
  if (momentum && order.momentum && (await momentum.digest()) !== order.momentum.sha256)
    throw damaged(order.momentum.path);
}
