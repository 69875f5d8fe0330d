// The example's digits, drawn once for a test file, and runs with them that need no broker.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { parse } from 'yaml';
import { simulate, type Simulated, type Simulation } from './simulated-run.ts';

const example = new URL('../../../examples/digits/', import.meta.url).pathname;
export const generator = join(example, 'generate.mjs');
export const folder = mkdtempSync(join(tmpdir(), 'topo-digits-'));
afterAll(() => rmSync(folder, { recursive: true }));

export const generate = (out: string, ...args: string[]): string =>
  execFileSync('node', [generator, '--out', join(folder, out), ...args], { encoding: 'utf8' });
generate('data');

const job = parse(readFileSync(join(example, 'job.yaml'), 'utf8')) as {
  readonly rounds: number;
  readonly local_steps: number;
  readonly model: { readonly hyperparameters: Readonly<Record<string, unknown>> };
};
export const shards = [0, 1, 2, 3, 4, 5].map((n) => join(folder, `data/train-0${n}.safetensors`));
export const testData = join(folder, 'data/test.safetensors');

/** As the example's job has it, but for `more`. */
export const simulated = (workers: number, more: Partial<Simulation> = {}): Promise<Simulated> =>
  simulate({
    folder: mkdtempSync(join(folder, 'run-')),
    ...{ shards, workers, rounds: job.rounds, local_steps: job.local_steps },
    ...{ hyperparameters: job.model.hyperparameters, optimizer: { kind: 'average' } },
    ...more,
  });

/**
 * Synchronous SGD: after each of the steps the shards' gradients are averaged, and one optimizer
 * with the same momentum takes the step. Each step sends the parameters to each shard's trainer and
 * back, as a round does.
 */
export const synchronous = (steps: number, more: Partial<Simulation> = {}): Promise<Simulated> =>
  simulated(1, {
    ...{ rounds: steps, local_steps: 1 },
    hyperparameters: { ...job.model.hyperparameters, momentum: 0 },
    optimizer: { kind: 'nesterov', learning_rate: 1, momentum: 0.9 },
    ...more,
  });
