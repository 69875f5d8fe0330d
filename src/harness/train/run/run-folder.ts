// A run's folder, runs/ID: begun once, resumed as often as needed, and held by one coordinator at a
// time.
import { randomBytes } from 'node:crypto';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { giveFolder, letThrough, ownerOnly, type Access } from '../../../disk/access.ts';
import { onDisk } from '../../../disk/disk-error.ts';
import { withLock } from '../../../disk/lock.ts';
import { replaceFile } from '../../../disk/replace-file.ts';
import { nearest } from '../../../topology/did-you-mean.ts';
import { ExpectedError } from '../../../topology/problem.ts';
import type { ParameterWork } from '../parameters/work.ts';
import type { Job } from '../job/job.generated.ts';
import { differencesOf, jobHash } from '../job/job-hash.ts';
import { jobFileOf, readJobOf, listRuns, stateOf } from './list-runs.ts';
import { Ledger, readLedger } from './ledger.ts';
import { ParameterStore } from '../parameters/parameter-store.ts';
import type { LedgerRecord } from '../model/records.ts';
import { checkRunId } from '../model/run-id.ts';
import type { Shard } from '../model/records.ts';
import { makeFolder } from '../../../disk/sync.ts';
import { Timeline } from './timeline.ts';
import type { Stored } from '../model/unit.ts';

/** What a run is about, as it was when the run began. */
interface RunShards {
  /** In the order of the job. */
  readonly shards: readonly Shard[];
  /** Undefined if the job has none, and in old ledgers. */
  readonly evaluation: Shard | undefined;
}

export interface RunFolder extends RunShards {
  readonly access: Access;
  /** Part of each task's words; undefined in old runs. */
  readonly salt: string | undefined;
  readonly run: string;
  readonly path: string;
  readonly ledger: Ledger;
  /** The ledger's, the first of them `began`; those that this start wrote are among them. */
  readonly records: readonly LedgerRecord[];
  readonly store: ParameterStore;
  readonly timeline: Timeline;
}

export interface RunRequest {
  /** The folder of all runs; made if it is missing. */
  readonly runs: string;
  readonly run: string;
  readonly job: Job;
  /** Who may read the parameters, beside the owner; all else is the owner's alone. */
  readonly access?: Access;
  /** Whether the run is there already; one that a crash stopped before it began is begun. */
  readonly resume: boolean;
  /** Called where the run begins. */
  readonly resolve: () => Promise<RunShards>;
  /** Takes the parameters that the job names; called if they are not in the ledger yet. */
  readonly initial: ((store: ParameterStore) => Promise<Stored>) | undefined;
  /** Where what is done with parameters is done; in this thread unless given. */
  readonly work?: ParameterWork;
}

/**
 * Opens the folder for `use`, and closes it afterwards. Throws InvalidInput for an invalid id, and
 * ExpectedError if another coordinator has the run, if a new run's folder exists already, or if a
 * run can't be resumed: it isn't there, is of another job, or its ledger is damaged.
 */
export async function withRunFolder<T>(
  request: RunRequest,
  use: (folder: RunFolder) => Promise<T>,
): Promise<T> {
  const { runs, run, resume, work, access = ownerOnly } = request;
  checkRunId(run);
  const path = join(runs, run);
  if (resume) await assertThere(path, request);
  else await onDisk(path, () => makeFolder(path));
  await onDisk(path, async () => {
    await letThrough(runs, access);
    await giveFolder(path, access);
  });
  return withLock(
    join(path, 'lock'),
    (owner) => inUse(run, owner),
    async () => {
      const { ledger, records } = await Ledger.open(join(path, 'ledger.jsonl'));
      const isNew = records.length === 0;
      try {
        await enter(path, ledger, records, request);
        const store = await ParameterStore.open(join(path, 'parameters'), { work, access });
        await addInitial(ledger, records, store, request);
        const timeline = await Timeline.open(join(path, 'timeline.jsonl'));
        const noted = { ...shardsOf(records), salt: saltOf(records) };
        const folder = { ...noted, access, run, path, ledger, records, store, timeline };
        return await use(folder).finally(() => timeline.close());
      } catch (error) {
        if (isNew && !(await hasResults(path))) await rm(path, { recursive: true, force: true });
        throw error;
      } finally {
        await ledger.close();
      }
    },
  );
}

/** A run that could not even begin leaves nothing behind. */
async function hasResults(path: string): Promise<boolean> {
  const records = await readLedger(join(path, 'ledger.jsonl'));
  return records.some(({ kind }) => kind !== 'began' && kind !== 'initial');
}

async function assertThere(path: string, { runs, run }: RunRequest): Promise<void> {
  const isThere = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isThere) return;
  const meant = nearest(
    run,
    (await listRuns(runs)).map((listed) => listed.run),
  );
  throw new ExpectedError(`there is no run ${run} in ${runs}`, {
    hint: meant === undefined ? 'begin one without --resume' : `did you mean ${meant}?`,
  });
}

/** Writes that the run began, or was resumed. */
async function enter(
  path: string,
  ledger: Ledger,
  records: LedgerRecord[],
  { run, job, resume, resolve }: RunRequest,
): Promise<void> {
  const [first] = records;
  const at = Date.now();
  if (first === undefined) {
    const { shards, evaluation } = await resolve();
    await writeJob(path, job);
    const job_sha256 = jobHash(job);
    const { rounds } = job;
    await add({
      at,
      kind: 'began',
      version: 1,
      run,
      job_sha256,
      rounds,
      shards,
      ...(evaluation && { evaluation }),
      salt: randomBytes(16).toString('hex'),
    });
    return;
  }
  const state = stateOf(records);
  if (state === 'abandoned') throw wasGivenUp(run);
  if (!resume) throw isThereAlready(run, state);
  if (first.kind !== 'began') throw noBegin(path);
  if (first.job_sha256 !== jobHash(job)) throw otherJob(run, job, await readJobOf(path));
  await writeJob(path, job);
  if (state !== 'finished') await add({ at, kind: 'resumed' });

  async function add(record: LedgerRecord): Promise<void> {
    await ledger.append(record);
    records.push(record);
  }
}

async function addInitial(
  ledger: Ledger,
  records: LedgerRecord[],
  store: ParameterStore,
  { initial }: RunRequest,
): Promise<void> {
  if (initial === undefined || records.some(({ kind }) => kind === 'initial')) return;
  const parameters = await initial(store);
  const record: LedgerRecord = { at: Date.now(), kind: 'initial', parameters };
  await ledger.append(record);
  records.push(record);
}

function shardsOf([first]: readonly LedgerRecord[]): RunShards {
  if (first?.kind !== 'began') return { shards: [], evaluation: undefined };
  return { shards: first.shards, evaluation: first.evaluation };
}

const saltOf = ([first]: readonly LedgerRecord[]): string | undefined =>
  first?.kind === 'began' ? first.salt : undefined;

async function writeJob(path: string, job: Job): Promise<void> {
  const text = `${JSON.stringify(job, undefined, 2)}\n`;
  await replaceFile(jobFileOf(path), text, { sync: true });
}

export const inUse = (run: string, owner: string): ExpectedError =>
  new ExpectedError(`another coordinator${owner} is on run ${run}`, {
    hint: `wait for its end, or look at it: topo-harness status ${run}`,
  });

const wasGivenUp = (run: string): ExpectedError =>
  new ExpectedError(`run ${run} was given up, and can't be gone on with`, {
    hint: 'begin another run: the same command without --run and --resume',
  });

function isThereAlready(run: string, state: ReturnType<typeof stateOf>): ExpectedError {
  if (state === 'finished') {
    const hint = 'give the new run another id: --run ID';
    return new ExpectedError(`run ${run} is there already, and finished`, { hint });
  }
  const how = state === 'failed' ? 'and failed' : 'and not finished';
  return new ExpectedError(`run ${run} is there already, ${how}`, {
    hint: 'go on with it: --resume; or give the new run another id: --run ID',
  });
}

const noBegin = (path: string): ExpectedError =>
  new ExpectedError(`${path} is damaged: its ledger does not say how the run began`, {
    hint: 'put the ledger back from a copy, or start a new run',
  });

const mostTold = 5;

function otherJob(run: string, job: Job, before: Job | undefined): ExpectedError {
  const all = before === undefined ? [] : differencesOf(job, before);
  const told = all.slice(0, mostTold).join('; ') + (all.length > mostTold ? '; …' : '');
  return new ExpectedError(`run ${run} began with another job${told && `: ${told}`}`, {
    hint: 'resume it with the job as it was, or begin a run of its own without --resume',
  });
}
