// A task whose shard and parameters are files on this machine: what a trainer is given.
import { isTooDeep } from '../exec/depth.ts';
import { TrainingError } from '../handler.ts';
import type { Location, Task } from '../task.generated.ts';
import type { Downloaded } from './download.ts';
import { locate } from './locate.ts';
import type { ShardSettings } from './settings.ts';

/** `path`: absolute, without a symlink in it. */
interface LocalFile extends Location {
  readonly path: string;
}

export interface LocatedTask extends Omit<Task, 'shard' | 'parameters'> {
  readonly shard?: LocalFile;
  readonly parameters?: LocalFile;
}

/** Gives `use` the task with its files, and lets go of them afterwards. Throws TrainingError. */
export async function withFiles<T>(
  task: Task,
  settings: ShardSettings,
  signal: AbortSignal,
  use: (task: LocatedTask) => Promise<T>,
): Promise<T> {
  if (isTooDeep(task)) {
    throw new TrainingError('poison', 'the task is nested too deeply to be handed to a trainer');
  }
  const held: Downloaded[] = [];
  const find = async (location: Location): Promise<LocalFile> => {
    const file = await locate(location, settings, signal);
    held.push(file);
    return { ...location, path: file.path };
  };
  try {
    const { shard, parameters, ...rest } = task;
    return await use({
      ...rest,
      ...(shard && { shard: await find(shard) }),
      ...(parameters && { parameters: await find(parameters) }),
    });
  } finally {
    await Promise.all(held.map((file) => file.release()));
  }
}
