// What a run must come to: the same job, trained in this process, one unit after the other, without
// broker or coordinator.
import { hash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { train } from '../../../../src/harness/trainers/perceptron/train.ts';
import { readFloats, writeFloats } from '../../../../src/harness/data/tensors/floats.ts';
import { parseTensors } from '../../../../src/harness/data/tensors/parse.ts';
import { renderTensors } from '../../../../src/harness/data/tensors/render.ts';
import { isFloat, type Tensors } from '../../../../src/harness/data/tensors/tensors.ts';
import type { Job } from '../../../../src/harness/train/job/job.generated.ts';
import { aggregate } from '../parameters/whole-models.ts';
import type { Data } from './job.ts';

/** The sha256 of the final model. */
export async function oracle(root: string, job: Job, { shards }: Data): Promise<string> {
  const folder = await mkdtemp(join(root, 'oracle-'));
  try {
    const paths = shards.map(({ uri }) => join(root, uri));
    let base = await trainUnit(folder, job, { path: paths[0] ?? '', seed: 'init', steps: 0 });
    let momentum: Tensors | undefined;
    const optimizer = { ...job.outer_optimizer } as Parameters<typeof aggregate>[0]['optimizer'];
    for (let round = 0; round < job.rounds; round++) {
      const parts = [];
      for (const [shard, path] of paths.entries()) {
        const unit = { path, seed: `${round}/${shard}`, steps: job.local_steps };
        parts.push(await trainUnit(folder, job, { ...unit, base: base.tensors }));
      }
      const made = aggregate({ base: base.tensors, momentum, parts, optimizer });
      base = { tensors: made.parameters, samples: 0 };
      momentum = made.momentum;
    }
    return hash('sha256', renderTensors(base.tensors));
  } finally {
    await rm(folder, { recursive: true });
  }
}

interface Unit {
  readonly path: string;
  /** What stands behind the job's seed. */
  readonly seed: string;
  readonly steps: number;
  readonly base?: Tensors;
}

async function trainUnit(folder: string, job: Job, { path, seed, steps, base }: Unit) {
  const file = join(folder, 'base.safetensors');
  if (base) await writeFile(file, renderTensors(base));
  const trained = await train(
    {
      ...{ version: 1, id: 'unit', shard: located(path) },
      ...(base && { parameters: located(file) }),
      seed: seedOf(`${job.seed}/${seed}`),
      hyperparameters: { ...job.model.hyperparameters, local_steps: steps },
    },
    {
      ...{ attempt: 1, signal: new AbortController().signal, onProgress: () => undefined },
      outputPath: () => join(folder, 'trained.safetensors'),
    },
  );
  return {
    tensors: widen(parseTensors(await readFile(trained.parameters ?? ''))),
    samples: trained.samples,
  };
}

/** The first 53 bits. */
const seedOf = (text: string): number =>
  Number(BigInt(`0x${hash('sha256', text).slice(0, 16)}`) / 2n ** 11n);

const located = (path: string) => ({ uri: path, path });

/** As the workers do. */
function widen(tensors: Tensors): Tensors {
  return new Map(
    [...tensors].map(([name, tensor]) => {
      if (!isFloat(tensor)) throw new Error(`${name} is not of floats`);
      const values = readFloats(tensor).map((value) => value * 1.0000001);
      const wide = { dtype: 'F64', shape: tensor.shape, data: writeFloats('F64', values) } as const;
      return [name, wide];
    }),
  );
}
