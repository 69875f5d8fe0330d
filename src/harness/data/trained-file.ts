// Finds the file that a trainer names as its result, and reads it only where nobody else will.
import { fileURLToPath } from 'node:url';
import { TrainingError, type Trained } from '../handler.ts';
import type { Task } from '../messaging/task.generated.ts';
import { withFileBelowRoots } from './shard/local-file.ts';
import { storeBack } from './stores/stores.ts';

export interface TrainedFile {
  /** With the parameters as the task wants them back. */
  readonly trained: Trained;
  /** The real path of the file that it names; none where it names none, or something elsewhere. */
  readonly path: string | undefined;
}

/** Throws TrainingError. */
export async function readTrainedFile(
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

/** Undefined where it is the URI of something elsewhere. A name may hold a colon. */
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
