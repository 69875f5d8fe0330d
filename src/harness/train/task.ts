// The task of a unit: all that a trainer is told, and it depends on nothing but the job and the unit.
import { createHash } from 'node:crypto';
import type { ParametersLocation, Task } from '../task.generated.ts';
import type { Shard } from './shard.ts';
import type { Unit } from './unit.ts';

export interface TaskSettings {
  readonly run: string;
  readonly seed: number;
  readonly hyperparameters: Readonly<Record<string, unknown>>;
  readonly local_steps: number;
  /** In the order of the job. */
  readonly shards: readonly Shard[];
  readonly evaluation: Shard | undefined;
  /** How parameters travel: as files that all see, or within the messages. */
  readonly store: 'shared' | 'inline';
}

/**
 * `parameters`: what it starts from; undefined for the init unit. `results`: the folder for its files.
 * `rejected`: how many of its results were not valid. No trainer has to know that number, but a worker
 * that remembers one of those results trains a task of other words anew.
 */
export function taskOf(
  unit: Unit,
  {
    parameters,
    results,
    rejected,
  }: {
    parameters: ParametersLocation | undefined;
    results: string | undefined;
    rejected: number;
  },
  settings: TaskSettings,
): Task & { readonly id: string } {
  const { run, store } = settings;
  const shard = shardOf(unit, settings);
  return {
    ...{ version: 1, id: unit.id, run, round: unit.round },
    ...(shard && { shard: { uri: shard.uri, sha256: shard.sha256 } }),
    ...(parameters && { parameters }),
    ...(results !== undefined && { results: { uri: results } }),
    hyperparameters: { ...settings.hyperparameters, ...ownHyperparameters(unit, settings) },
    seed: seedOf(unit, settings.seed),
    ...(rejected > 0 && { labels: { rejected: String(rejected) } }),
    ...(store === 'inline' && { return_parameters: 'inline' }),
  };
}

/** An init task has the first shard, as a model's shape may depend on the data's. */
function shardOf(unit: Unit, { shards, evaluation }: TaskSettings): Shard | undefined {
  return unit.kind === 'evaluate' ? evaluation : shards[unit.shard];
}

function ownHyperparameters({ kind }: Unit, { local_steps }: TaskSettings): object {
  switch (kind) {
    case 'init':
      return { local_steps: 0 };
    case 'evaluate':
      return { local_steps: 0, evaluate: true };
    case 'train':
      return { local_steps };
  }
}

/** The first 53 bits of a hash, so that neighbouring rounds and shards have nothing in common. */
function seedOf({ kind, round, shard }: Unit, seed: number): number {
  const name = kind === 'train' ? `${seed}/${round}/${shard}` : `${seed}/${kind}`;
  return Number(createHash('sha256').update(name).digest().readBigUInt64BE() >> 11n);
}
