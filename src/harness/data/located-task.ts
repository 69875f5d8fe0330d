// Makes a task's shard and parameters files of this machine for the trainer, and takes back the
// file that it makes.
import { isTooDeep } from '../messaging/depth.ts';
import { TrainingError, type Trained } from '../handler.ts';
import type { Location, ParametersLocation, Task } from '../messaging/task.generated.ts';
import type { Downloaded } from './shard/download.ts';
import { aboutParameters, withFileBelowRoots } from './shard/local-file.ts';
import { locate } from './shard/locate.ts';
import type { ShardSettings } from './shard/settings.ts';
import { storeBack, storeOf } from './stores/stores.ts';
import { fileURLToPath } from 'node:url';

interface LocalFile extends Location {
  /** Absolute, without a symlink in it. */
  readonly path: string;
}

/** Without a uri where they came within the task. */
interface LocalParameters extends Pick<ParametersLocation, 'uri' | 'sha256'> {
  readonly path: string;
}

/** Empty, for this training alone. Without a uri where the parameters go back inline. */
interface LocalFolder {
  readonly uri?: string;
  readonly path: string;
}

export interface LocatedTask extends Omit<Task, 'shard' | 'parameters' | 'results'> {
  readonly shard?: LocalFile;
  readonly parameters?: LocalParameters;
  readonly results?: LocalFolder;
}

/**
 * Gives `use` the task with its files, and lets go of them afterwards; the file that it names as
 * the result is given back as the task wants it. Throws TrainingError.
 */
export async function withFiles(
  task: Task,
  settings: ShardSettings,
  signal: AbortSignal,
  use: (task: LocatedTask) => Promise<Trained>,
): Promise<Trained> {
  if (isTooDeep(task)) {
    throw new TrainingError('poison', 'the task is nested too deeply to be handed to a trainer');
  }
  const folder = await storeBack(task).makeFolder(task, settings);
  const held: Downloaded[] = [];
  const hold = async (opening: Promise<Downloaded>): Promise<string> => {
    const file = await opening;
    held.push(file);
    return file.path;
  };
  let named: string | undefined;
  const holdParameters = (location: ParametersLocation): Promise<string> =>
    hold(storeOf(location).open(location, settings, signal)).catch((error: unknown) => {
      throw aboutParameters(error);
    });
  try {
    const { shard, parameters, results, ...rest } = task;
    const trained = await use({
      ...rest,
      ...(shard && { shard: { ...shard, path: await hold(locate(shard, settings, signal)) } }),
      ...(parameters && {
        parameters: { ...withoutBytes(parameters), path: await holdParameters(parameters) },
      }),
      ...(folder && { results: { ...results, path: folder.path } }),
    });
    const roots = [...settings.roots, ...(folder ? [folder.path] : [])];
    const file = await readTrainedFile(trained, task, roots, signal);
    named = file.path;
    return file.trained;
  } finally {
    await folder?.close(named);
    await Promise.all(held.map((file) => file.release()));
  }
}

const withoutBytes = ({
  uri,
  sha256,
}: ParametersLocation): Pick<ParametersLocation, 'uri' | 'sha256'> => ({
  ...(uri !== undefined && { uri }),
  ...(sha256 !== undefined && { sha256 }),
});

interface TrainedFile {
  /** With the parameters as the task wants them back. */
  readonly trained: Trained;
  /** The real path of the file that it names; none if it names none, or something elsewhere. */
  readonly path: string | undefined;
}

/** Throws TrainingError. */
async function readTrainedFile(
  trained: Trained,
  task: Pick<Task, 'return_parameters' | 'results'>,
  roots: readonly string[],
  signal: AbortSignal,
): Promise<TrainedFile> {
  const { uri, sha256 } = trained.parameters ?? {};
  if (uri === undefined) return { trained, path: undefined };
  const path = pathOf(uri);
  const store = storeBack(task);
  if (path === undefined) return { trained: store.giveBackElsewhere(trained, uri), path };
  try {
    return await withFileBelowRoots(path, roots, signal, async (found) => {
      const made = { ...found, named: path, sha256 };
      const parameters = await store.giveBack(made, task, signal);
      return { trained: { ...trained, parameters }, path: found.path };
    });
  } catch (error) {
    throw error instanceof TrainingError ? ofParameters(error) : error;
  }
}

/** Undefined if it is the URI of something elsewhere. A name may hold a colon. */
function pathOf(uri: string): string | undefined {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(uri)) return uri;
  if (!/^file:/i.test(uri)) return undefined;
  try {
    return fileURLToPath(uri);
  } catch (cause) {
    throw new TrainingError('poison', `${uri} is not the URI of a local file`, { cause });
  }
}

const ofParameters = ({ verdict, message, hint, cause }: TrainingError): TrainingError =>
  new TrainingError(verdict, `the trained parameters: ${message}`, {
    ...(hint !== undefined && { hint }),
    cause,
  });
