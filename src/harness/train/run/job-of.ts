// The copy of the job that a run's folder keeps. It only helps to find a run and to say what differs: the ledger decides whether a job fits.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Job } from '../job/job.generated.ts';

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
