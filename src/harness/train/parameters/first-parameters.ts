// Takes the parameters that a job starts from: a file below the roots.
import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ParameterStore } from './parameter-store.ts';
import type { Stored } from '../model/unit.ts';

export interface FirstOptions {
  /** The folder of the job's file: a relative path is below it. */
  readonly base: string;
  readonly roots: readonly string[];
}

/**
 * Copies a safetensors file into the store. Throws an error that says what is wrong with it, and
 * DiskError.
 */
export async function takeFirstParameters(
  path: string,
  store: ParameterStore,
  { base, roots }: FirstOptions,
): Promise<Stored> {
  const uri = resolve(await realpath(base), path);
  return store.take({ from: { kind: 'named', uri, roots } });
}
