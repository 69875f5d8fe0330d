// Lists the runs in a folder of runs.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readLedger } from './ledger.ts';
import type { LedgerRecord, Time } from '../model/records.ts';
import { isRunId } from '../model/run-id.ts';
import type { Job } from '../job/job.generated.ts';

export interface ListedRun {
  readonly run: string;
  readonly path: string;
  /** Its name; undefined if the folder does not say. */
  readonly job: string | undefined;
  readonly began_at: Time;
  /** `open`: under way, or interrupted. */
  readonly state: 'open' | 'finished' | 'failed' | 'abandoned';
}

/** The newest first. Folders without a ledger that can be read are no runs. */
export async function listRuns(runs: string): Promise<ListedRun[]> {
  const names = (await readdir(runs).catch(() => [])).filter(isRunId);
  const found = await Promise.all(names.map((run) => readRun(runs, run)));
  return found.flat().sort((a, b) => b.began_at - a.began_at || (a.run < b.run ? 1 : -1));
}

async function readRun(runs: string, run: string): Promise<ListedRun[]> {
  const path = join(runs, run);
  const records = await readLedger(join(path, 'ledger.jsonl')).catch(() => []);
  const [first] = records;
  if (first === undefined) return [];
  const job = (await readJobOf(path))?.name;
  return [{ run, path, job, began_at: first.at, state: stateOf(records) }];
}

/** A run that failed and was resumed is under way again. */
export function stateOf(records: readonly LedgerRecord[]): ListedRun['state'] {
  for (const { kind } of records.toReversed()) {
    if (kind === 'finished' || kind === 'failed' || kind === 'abandoned') return kind;
    if (kind === 'resumed') return 'open';
  }
  return 'open';
}

/**
 * Whether a run's results are of no use any more: it is finished, or given up. What is not known is
 * not over.
 */
export async function isRunOver(runs: string, run: string): Promise<boolean> {
  if (!isRunId(run)) return false;
  const records = await readLedger(join(runs, run, 'ledger.jsonl')).catch(() => []);
  return records.some(({ kind }) => kind === 'finished' || kind === 'abandoned');
}

/**
 * The copy of the job. It only helps to find a run and to say what differs: the ledger decides
 * whether a job fits.
 */
export const jobFileOf = (path: string): string => join(path, 'job.json');

/** Undefined if it can't be read. */
export async function readJobOf(path: string): Promise<Job | undefined> {
  const text = await readFile(jobFileOf(path), 'utf8').catch(() => '');
  try {
    return JSON.parse(text) as Job;
  } catch {
    return undefined;
  }
}
