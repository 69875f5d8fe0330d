// Finds the file that a trainer names as its result, and reads it only where nobody else will.
import type { FileHandle } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { TrainingError, type Trained } from '../../handler.ts';
import { encodeInline, mostInline } from '../../messaging/inline.ts';
import type { Location } from '../../messaging/result.generated.ts';
import type { Task } from '../../messaging/task.generated.ts';
import { hashFile } from './hash.ts';
import { withFileBelowRoots, type FileBelowRoots } from './local-file.ts';

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
  if (path === undefined) {
    if (task.return_parameters === 'inline') throw notHere(uri);
    return { trained, path: undefined };
  }
  try {
    return await withFileBelowRoots(path, roots, signal, async (found) => {
      const parameters = await locationOf(found, { task, path, sha256, signal });
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

interface Named {
  readonly task: Pick<Task, 'return_parameters' | 'results'>;
  readonly path: string;
  /** That the trainer gave. */
  readonly sha256: string | undefined;
  readonly signal: AbortSignal;
}

/** Who hands out a results folder hashes its files itself, so the worker doesn't read them once more. */
async function locationOf(
  found: FileBelowRoots,
  { task: { return_parameters, results }, path, sha256, signal }: Named,
): Promise<Location> {
  const { relative: uri, file } = found;
  const isInline = return_parameters === 'inline';
  if (!isInline && results) return { uri, ...(sha256 !== undefined && { sha256 }) };
  const location = isInline
    ? await readInline(file, path)
    : { uri, sha256: await hashFile(file, signal) };
  if (sha256 !== undefined && location.sha256 !== sha256) throw wrongHash();
  return location;
}

const readInline = async (file: FileHandle, path: string): Promise<Location> =>
  encodeInline(await readAtMost(file, mostInline, path));

async function readAtMost(file: FileHandle, most: number, path: string): Promise<Buffer> {
  const { size } = await file.stat();
  if (size > most) throw tooLong(path, size);
  const { buffer, bytesRead } = await file.read(Buffer.alloc(size), 0, size, 0);
  if (bytesRead !== size) throw changing(path);
  return buffer;
}

const changing = (path: string): TrainingError =>
  new TrainingError('retryable', `${path} was cut while it was read`, {
    hint: 'answer when the file is whole',
  });

const tooLong = (path: string, size: number): TrainingError =>
  new TrainingError(
    'poison',
    `${path} has ${size} bytes, and ${mostInline} at most travel inline`,
    {
      hint: 'let parameters travel as files: a folder that all see, and return_parameters location',
    },
  );

const notHere = (uri: string): TrainingError =>
  new TrainingError('poison', `the task wants its parameters back inline, and ${uri} is no file`, {
    hint: 'write them to a file below a root, and name that',
  });

const wrongHash = (): TrainingError =>
  new TrainingError('retryable', 'the file does not hash to the sha256 that the trainer gave', {
    hint: 'write it under a temporary name, rename it, and answer only then',
  });

const ofParameters = ({ verdict, message, hint, cause }: TrainingError): TrainingError =>
  new TrainingError(verdict, `the trained parameters: ${message}`, {
    ...(hint !== undefined && { hint }),
    cause,
  });
