// Conducts a run from its start, or from where it stopped, to its end, and keeps its folder and the
// people who watch informed.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { onDisk } from '../../../disk/disk-error.ts';
import type { Ending } from './ending.ts';
import type { Job } from '../job/job.generated.ts';
import { readLedger } from '../run/ledger.ts';
import { countOthers } from './others.ts';
import type { LedgerRecord, RunRecords, TimelineEntry } from '../model/records.ts';
import { begin } from '../core/reducer.ts';
import { ResultFiles } from '../run/result-files.ts';
import { firstParameters } from '../core/resume.ts';
import type { RunFolder } from '../run/run-folder.ts';
import { runCoordinator, type RunOptions } from './start-run.ts';
import { standing } from '../core/standing.ts';
import { StatusWriter, type RoundStatus, type Status } from '../run/status.ts';
import { statusOf, type Chronicle } from './status-of.ts';
import { prune, sweep } from './sweep.ts';
import { takePlace } from '../../../disk/replace-file.ts';
import { readTimeline } from '../run/timeline.ts';
import type { Stored } from '../model/unit.ts';
import { standWhole } from './whole.ts';

export interface ConductOptions extends Omit<
  RunOptions,
  | 'weight'
  | 'resumed'
  | 'others'
  | 'ledger'
  | 'store'
  | 'files'
  | 'save'
  | 'prune'
  | 'onChange'
  | 'onTimeline'
> {
  readonly job: Job;
  readonly folder: RunFolder;
  /** Goes back to the beginning of this round. */
  readonly from_round?: number | undefined;
  readonly onStatus: (status: Status) => void;
  readonly onTimeline: (entry: TimelineEntry) => void;
}

export interface Conducted {
  readonly ending: Ending;
  readonly status: Status;
  /** The metrics of the last evaluation. */
  readonly evaluation: Readonly<Record<string, number>> | undefined;
  /** Evaluations that failed for good. */
  readonly leftOut: readonly LeftOut[];
  /** The file of the final model, if there is one. */
  readonly model: string | undefined;
  /** For the report; undefined if they can't be read. */
  readonly records: RunRecords | undefined;
  /** The file of results that are not of this run, and how many it holds. */
  readonly others: { readonly file: string; readonly results: number };
}

interface LeftOut {
  readonly round: number;
  readonly reason: string;
}

export async function conduct(options: ConductOptions, stop: AbortSignal): Promise<Conducted> {
  const { folder, course } = options;
  const { records, resumed } = await standWhole(folder, course, options.from_round);
  const counting = standing(records);
  const chronicle = {
    run: course.run,
    started_at: startedAt(counting),
    resumed_at: Date.now(),
    closed_before: resumed.closed.length,
  };
  const history = historyOf(counting);
  const evaluations = evaluationsOf(counting);
  const files = await ResultFiles.open(course.run, folder.path, {
    roots: options.roots,
    access: folder.access,
  });
  const leftOut: LeftOut[] = [];
  /** A failed report doesn't fail the run. */
  const warn = (error: unknown): void =>
    options.onWarning(`warning: ${error instanceof Error ? error.message : String(error)}`);
  const warned = (error: unknown): undefined => {
    warn(error);
    return undefined;
  };
  const writer = new StatusWriter(folder.path, warn);
  let status: Status | undefined;
  const tell = (next: Status): void => {
    const evaluation = newestOf(evaluations);
    status = { ...next, ...(evaluation && { evaluation }) };
    writer.tell(status);
    options.onStatus(status);
  };
  const others = { file: join(folder.path, 'others.jsonl'), results: 0 };
  let newest = begin(course, resumed);
  let first = firstParameters(folder.records);
  const { keep } = options.job.checkpoints;
  const kept = () => ({ store: folder.store, first, keep });
  // A file that can't be removed disturbs nothing.
  const tidy = (): Promise<void> => sweep(newest, files, kept()).catch(() => undefined);
  await tidy();
  const ending = await runCoordinator(
    {
      ...options,
      weight: options.job.weight,
      resumed,
      ledger: folder.ledger,
      store: folder.store,
      files,
      others: others.file,
      save: (parameters) => saveModel(folder, parameters),
      prune: (state, parts) => prune(state, parts, kept()),
      onChange: (state, strangers) => {
        newest = state;
        if (state.round === 0) first = state.parameters;
        tell({
          ...statusOf(state, history, chronicle, Date.now()),
          ...(strangers > 0 && { strangers }),
        });
      },
      onTimeline: (entry) => {
        folder.timeline.add(entry);
        if (entry.kind === 'accepted' && entry.metrics !== undefined)
          evaluations.push({ round: entry.unit.round, metrics: entry.metrics });
        if (entry.kind === 'left_out')
          leftOut.push({ round: entry.unit.round, reason: entry.reason });
        options.onTimeline(entry);
      },
    },
    stop,
  );
  if (ending.kind === 'finished') await tidy();
  const last = {
    ...(status ?? emptyStatus(options, chronicle)),
    state: stateOf(ending),
    ...reasonOf(ending),
    at: Date.now(),
  };
  tell(last);
  await writer.close();
  await folder.timeline.flush();
  if (folder.timeline.fault !== undefined) warn(folder.timeline.fault);
  const told = await readRecords(folder.path, options.job).catch(warned);
  const results = (await countOthers(others.file).catch(warned)) ?? 0;
  const evaluation = newestOf(evaluations)?.metrics;
  const model = ending.kind === 'finished' ? join(folder.path, modelName) : undefined;
  return {
    ending,
    status: last,
    evaluation,
    leftOut,
    model,
    records: told,
    others: { ...others, results },
  };
}

const modelName = 'model.safetensors';

async function saveModel({ path, store }: RunFolder, parameters: Stored): Promise<void> {
  const file = join(path, modelName);
  await rm(`${file}.new`, { force: true });
  await store.copyTo(parameters, `${file}.new`);
  await onDisk(path, () => takePlace(`${file}.new`, file, { sync: true }));
}

async function readRecords(path: string, job: Job): Promise<RunRecords> {
  const [ledger, timeline] = await Promise.all([
    readLedger(join(path, 'ledger.jsonl')),
    readTimeline(join(path, 'timeline.jsonl')),
  ]);
  return { job, ledger: standing(ledger), timeline };
}

type Evaluation = NonNullable<Status['evaluation']>;

const evaluationsOf = (records: readonly LedgerRecord[]): Evaluation[] =>
  records.flatMap((record) =>
    record.kind === 'accepted' && record.unit.kind === 'evaluate'
      ? [{ round: record.unit.round, metrics: record.metrics }]
      : [],
  );

/** They are measured side by side: the last to come is not always of the last round. */
const newestOf = (evaluations: readonly Evaluation[]): Evaluation | undefined =>
  [...evaluations].sort((a, b) => a.round - b.round).at(-1);

const startedAt = (records: readonly LedgerRecord[]): number => records[0]?.at ?? Date.now();

const historyOf = (records: readonly LedgerRecord[]): RoundStatus[] =>
  records.flatMap((record) =>
    record.kind === 'closed'
      ? [{ round: record.round, at: record.at, metrics: record.metrics }]
      : [],
  );

function reasonOf(ending: Ending): Pick<Status, 'reason'> {
  if (ending.kind === 'failed') return { reason: ending.reason };
  return ending.kind === 'broken' ? { reason: ending.error.message } : {};
}

function stateOf({ kind }: Ending): Status['state'] {
  if (kind === 'finished' || kind === 'failed') return kind;
  return 'interrupted';
}

function emptyStatus({ course }: ConductOptions, { started_at }: Chronicle): Status {
  const { run, rounds, shards } = course;
  return {
    run,
    pid: process.pid,
    state: 'running',
    round: 0,
    rounds,
    done: 0,
    shards,
    metrics: {},
    history: [],
    workers: [],
    started_at,
    at: started_at,
  };
}
