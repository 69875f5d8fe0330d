// Makes the task of a unit. It depends on nothing but the job and the unit.
import { createHash } from 'node:crypto';
import type { Store } from '../../data/stores/store.ts';
import type { ParametersLocation, Task } from '../../messaging/task.generated.ts';
import type { Shard } from '../model/records.ts';
import type { Unit } from '../model/unit.ts';

export interface TaskSettings {
  readonly run: string;
  readonly seed: number;
  readonly hyperparameters: Readonly<Record<string, unknown>>;
  readonly local_steps: number;
  /** In the order of the job. */
  readonly shards: readonly Shard[];
  readonly evaluation: Shard | undefined;
  /** A random text in all tasks of the run, so that their words can't be guessed. */
  readonly salt?: string | undefined;
  /** How parameters travel. */
  readonly store: Store;
}

interface Circumstances {
  /** What it starts from; undefined for the init unit. */
  readonly parameters: ParametersLocation | undefined;
  /** Made for the files of its results; undefined if there are none. */
  readonly folder: string | undefined;
  /** How many of its results were not valid. */
  readonly rejected: number;
  /** How often the run went back to an earlier round. */
  readonly went_back: number;
}

/**
 * Trainers ignore the counts, but a worker repeats its result only for a task of the same words.
 */
export function taskOf(
  unit: Unit,
  { parameters, folder, ...counts }: Circumstances,
  settings: TaskSettings,
): Task & { readonly id: string } {
  const { run, store } = settings;
  const shard = shardOf(unit, settings);
  const { results, return_parameters } = store.wayBack(folder);
  return {
    version: 1,
    id: unit.id,
    run,
    round: unit.round,
    ...(shard && { shard: { uri: shard.uri, sha256: shard.sha256 } }),
    ...(parameters && { parameters }),
    ...(results && { results }),
    hyperparameters: { ...settings.hyperparameters, ...ownHyperparameters(unit, settings) },
    seed: seedOf(unit, settings.seed),
    ...labelsOf(counts, settings),
    ...(return_parameters && { return_parameters }),
  };
}

function labelsOf(
  counts: Omit<Circumstances, 'parameters' | 'folder'>,
  { salt }: TaskSettings,
): Pick<Task, 'labels'> {
  const positive = Object.entries(counts).filter(([, count]) => count > 0);
  const labels = {
    ...(salt !== undefined && { salt }),
    ...Object.fromEntries(positive.map(([name, count]) => [name, String(count)])),
  };
  return Object.keys(labels).length === 0 ? {} : { labels };
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
