// The parameters that a job starts from: a file below the roots, as all that a job names.
import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { withFileBelowRoots } from '../shard/local-file.ts';
import { parseTensors } from '../tensors/parse.ts';

export interface FirstOptions {
  /** The folder of the job's file: a relative path is below it. */
  readonly base: string;
  readonly roots: readonly string[];
  readonly signal: AbortSignal;
}

/** The bytes of a safetensors file. Throws an error that says what is wrong with it. */
export async function readFirstParameters(
  path: string,
  { base, roots, signal }: FirstOptions,
): Promise<Buffer> {
  const asked = resolve(await realpath(base), path);
  const bytes = await withFileBelowRoots(asked, roots, signal, ({ file }) => file.readFile());
  parseTensors(bytes);
  return bytes;
}
