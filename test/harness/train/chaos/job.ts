// A small job, and its data: a run of it takes about a second.
import { hash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Job } from '../../../../src/harness/train/job/job.generated.ts';
import { renderTensors } from '../../../../src/harness/data/tensors/render.ts';
import { seeded } from '../../chaos/seeded.ts';

interface Shard {
  readonly uri: string;
  readonly sha256: string;
}

export interface Data {
  readonly shards: readonly Shard[];
  readonly evaluation: Shard;
}

/** Of other numbers, so that their weights differ. */
const counts = [100, 90, 117, 61];
const pixels = 36;

/** Below `root`, the same bytes each time. */
export async function writeData(root: string): Promise<Data> {
  await mkdir(join(root, 'data'), { recursive: true });
  const shards: Shard[] = [];
  for (const [index, count] of counts.entries()) shards.push(await write(root, index, count));
  return { shards, evaluation: await write(root, counts.length, 50) };
}

async function write(root: string, index: number, count: number): Promise<Shard> {
  const random = seeded(index + 1);
  const draw = (length: number, below: number): Uint8Array =>
    Uint8Array.from({ length }, () => random.below(below));
  const labels = draw(count, 10);
  const images = draw(count * pixels, 200).map(
    (grey, place) => grey + (place % 10 === labels[Math.floor(place / pixels)] ? 55 : 0),
  );
  const bytes = renderTensors(
    new Map([
      ['images', { dtype: 'U8', shape: [count, 6, 6], data: images }],
      ['labels', { dtype: 'U8', shape: [count], data: labels }],
    ]),
  );
  const uri = `data/${index}.safetensors`;
  await writeFile(join(root, uri), bytes);
  return { uri, sha256: hash('sha256', bytes) };
}

export const job: Job = {
  ...{ version: 1, name: 'chaos', shards: ['data/*'], allow_hosts: [], rounds: 4, local_steps: 5 },
  model: {
    hyperparameters: { hidden: 8, learning_rate: 0.05, momentum: 0.9, batch_size: 16 },
  },
  outer_optimizer: { kind: 'nesterov', learning_rate: 0.7, momentum: 0.9 },
  ...{
    seed: 11,
    weight: 'samples',
    completion: { shards: 'all' },
    straggler_factor: 1.5,
    heartbeat: '1s',
  },
  ...{ max_failures: 1_000, evaluation: { shard: 'data/4.safetensors', every: 2 } },
  ...{ store: { kind: 'shared' }, checkpoints: { keep: 3 } },
};

/** The ids of all units that a run of this job has. */
export function unitsOf(run: string, { rounds, evaluation }: Job): string[] {
  const all = [...Array(rounds).keys()];
  const evaluated = all.filter(
    (round) => evaluation && ((round + 1) % evaluation.every === 0 || round === rounds - 1),
  );
  return [
    `${run}.init`,
    ...all.flatMap((round) => counts.map((_, shard) => `${run}.r${round}.s${shard}`)),
    ...evaluated.map((round) => `${run}.r${round}.eval`),
  ];
}
