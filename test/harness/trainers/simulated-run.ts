// A run without a broker: the same tasks, in lanes as of so many workers, and the same aggregation.
import { createHash, hash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { outputPathOf } from '../../../src/harness/trainers/module/output.ts';
import { train, type Trained } from '../../../src/harness/trainers/perceptron/train.ts';
import type { LocatedTask } from '../../../src/harness/data/located-task.ts';
import type { OuterOptimizer } from '../../../src/harness/data/tensors/aggregate.ts';
import { parseTensors } from '../../../src/harness/data/tensors/parse.ts';
import { renderTensors } from '../../../src/harness/data/tensors/render.ts';
import type { Tensors } from '../../../src/harness/data/tensors/tensors.ts';
import { aggregate } from '../train/parameters/whole-models.ts';

export interface Simulation {
  readonly folder: string;
  /** Paths, in the job's order. */
  readonly shards: readonly string[];
  readonly workers: number;
  readonly rounds: number;
  readonly local_steps: number;
  readonly hyperparameters: Readonly<Record<string, unknown>>;
  readonly optimizer: OuterOptimizer;
}

export interface Simulated {
  /** The model's file, and its hash. */
  readonly path: string;
  readonly sha256: string;
  /** Of the parameters that went to trainers and came back. */
  readonly bytes: number;
}

export const located = (path: string) => ({ uri: path, path });

export const trainOnce = (
  task: Omit<LocatedTask, 'version'>,
  root: string,
  signal = new AbortController().signal,
): Promise<Trained> =>
  train(
    { version: 1, ...task },
    {
      ...{ signal, attempt: 1, onProgress: () => undefined },
      outputPath: (suffix) => outputPathOf(task, { worker: 'simulated', root, suffix }),
    },
  );

export async function simulate(run: Simulation): Promise<Simulated> {
  const { folder, shards, hyperparameters, rounds } = run;
  const first = {
    ...{ id: 'init', seed: 1, shard: located(shards[0] ?? '') },
    hyperparameters: { ...hyperparameters, local_steps: 0 },
  };
  const { parameters = '' } = await trainOnce(first, folder);
  let [path, bytes] = [parameters, 0];
  let momentum: Tensors | undefined;
  for (let round = 0; round < rounds; round += 1) {
    const results = await trainRound(run, round, path);
    const parts = results.map((result) => ({
      tensors: parseTensors(readFileSync(result.parameters ?? '')),
      samples: result.samples,
    }));
    const base = parseTensors(readFileSync(path));
    const made = aggregate({ base, momentum, parts, optimizer: run.optimizer });
    momentum = made.momentum;
    const rendered = renderTensors(made.parameters);
    bytes += 2 * shards.length * rendered.length;
    path = join(folder, 'model.safetensors');
    writeFileSync(path, rendered);
  }
  return { path, sha256: createHash('sha256').update(readFileSync(path)).digest('hex'), bytes };
}

/**
 * Each lane takes the next shard; who gets which, and who is done first, differs from time to time.
 */
async function trainRound(run: Simulation, round: number, parameters: string): Promise<Trained[]> {
  const { shards, hyperparameters, local_steps, workers, folder } = run;
  const waiting = [...shards.keys()];
  const results: Trained[] = [];
  const lane = async (): Promise<void> => {
    for (let shard = waiting.pop(); shard !== undefined; shard = waiting.pop()) {
      if (workers > 1) await sleep(Math.random() * 2);
      results[shard] = await trainOnce(
        {
          id: `r${round}.s${shard}`,
          seed: Number.parseInt(hash('sha256', `1/${round}/${shard}`).slice(0, 13), 16),
          hyperparameters: { ...hyperparameters, local_steps },
          shard: located(shards[shard] ?? ''),
          parameters: located(parameters),
        },
        folder,
      );
    }
  };
  await Promise.all(Array.from({ length: workers }, lane));
  return results;
}

/** On data that no shard has. */
export async function accuracyOf(path: string, test: string): Promise<number> {
  const task = { id: 'eval', hyperparameters: { evaluate: true } };
  const { metrics } = await trainOnce(
    { ...task, shard: located(test), parameters: located(path) },
    '/nowhere',
  );
  return metrics?.accuracy ?? NaN;
}
