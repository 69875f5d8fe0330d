// The job of a run, as the run's folder keeps it. Nothing is built upon it: a run that is resumed is told apart by its ledger.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Job } from './job.generated.ts';

export const jobFileOf = (path: string): string => join(path, 'job.json');

/** Undefined where it can't be read. */
export async function readJobOf(path: string): Promise<Job | undefined> {
  const text = await readFile(jobFileOf(path), 'utf8').catch(() => '');
  try {
    return JSON.parse(text) as Job;
  } catch {
    return undefined;
  }
}
