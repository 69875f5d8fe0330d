// topo-harness status: shows how a run is going, or went.
import { readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { readStatus, type Status } from '../../harness/train/run/status.ts';
import { escape } from '../../report/escape.ts';
import { nearest } from '../../topology/did-you-mean.ts';
import { renderJson } from '../../topology/json.ts';
import { ExpectedError } from '../../topology/problem.ts';
import { exit } from '../exit.ts';
import { wrongFlag } from '../flags.ts';
import type { Terminal } from '../terminal.ts';
import { renderRun } from './run-text.ts';
import { statusOfTasks, type BatchFlags } from './status-tasks.ts';
import { watch, type Shown } from './watch.ts';

export interface StatusFlags extends Omit<BatchFlags, 'ids'> {
  readonly runs: string;
  readonly tasks?: boolean;
  readonly ids?: string;
}

/** `run`: its id; undefined for the newest one. */
export async function status(
  run: string | undefined,
  flags: StatusFlags,
  terminal: Terminal,
): Promise<number> {
  const ids = idsOf(run, flags);
  if (ids !== undefined) return statusOfTasks({ ...flags, ids }, terminal);
  const folder = join(flags.runs, await chooseRun(run, flags.runs));
  const look = async (): Promise<Shown> => {
    const found = await read(folder);
    return {
      text: await render(folder, found, flags, terminal),
      isLast: found.state !== 'running',
    };
  };
  if (flags.watch === true) return watch(terminal, { isDrawn: flags.format === 'text' }, look);
  terminal.print((await look()).text);
  return exit.done;
}

/** The file of ids, where tasks are meant; undefined if a run is. */
function idsOf(
  run: string | undefined,
  { tasks = false, ids, results }: StatusFlags,
): string | undefined {
  const example = 'topo-harness status --tasks --ids tasks.ids';
  if (tasks && run !== undefined) throw wrongFlag('--tasks is about no run', example);
  if (tasks && ids === undefined) throw wrongFlag('--tasks needs their ids', example);
  if (!tasks && (ids !== undefined || results.length > 0))
    throw wrongFlag('--ids and --results are for --tasks', example);
  return ids;
}

async function read(folder: string): Promise<Status> {
  const found = await readStatus(folder);
  if (found !== undefined) return found;
  throw new ExpectedError(`${escape(folder)} has no status.json yet`, {
    hint: 'a run writes it when its first worker is there: are there workers?',
  });
}

async function render(
  folder: string,
  found: Status,
  { format, watch: isWatched = false }: StatusFlags,
  terminal: Terminal,
): Promise<string> {
  if (format === 'json') {
    return renderJson({ version: 1, ...found }, isWatched ? undefined : 2);
  }
  const { columns, rows } = process.stdout.isTTY
    ? process.stdout
    : { columns: 101, rows: Infinity };
  const lines = renderRun(found, { columns: columns - 1, rows }, terminal.paint, Date.now());
  const report = join(folder, 'report.html');
  const isThere = await stat(report).then(
    () => true,
    () => false,
  );
  return [
    ...lines,
    ...(isThere ? [`report     ${escape(relative('', report))}`] : []),
    ...renderNext(found),
  ].join('\n');
}

/** What to do about a run that has not ended. */
const renderNext = ({ run, state }: Status): string[] =>
  state === 'failed' || state === 'interrupted'
    ? [
        `next       topo-harness train JOB --run ${escape(run)} --resume goes on, topo-harness abandon ${escape(run)} gives it up`,
      ]
    : [];

/** Throws ExpectedError if the run, or any, is missing. */
async function chooseRun(run: string | undefined, folder: string): Promise<string> {
  const runs = await readRuns(folder);
  if (run === undefined) {
    const newest = runs[0];
    if (newest !== undefined) return newest;
    const hint = 'topo-harness train JOB makes one; --runs DIR looks elsewhere';
    throw new ExpectedError(`there is no run in ${escape(folder)}`, { hint });
  }
  if (runs.includes(run)) return run;
  const meant = nearest(run, runs);
  const hint =
    meant !== undefined
      ? `did you mean ${escape(meant)}?`
      : runs.length === 0
        ? 'there is none at all; topo-harness train JOB makes one'
        : `there are ${escape(runs.slice(0, 5).join(', '))}${runs.length > 5 ? ', …' : ''}`;
  throw new ExpectedError(`there is no run ${escape(run)} in ${escape(folder)}`, { hint });
}

/** The newest first. */
async function readRuns(folder: string): Promise<string[]> {
  const names = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const runs = await Promise.all(
    names
      .filter((entry) => entry.isDirectory())
      .map(async ({ name }) => ({ name, time: await timeOf(join(folder, name)) })),
  );
  return runs
    .filter(({ time }) => time > 0)
    .sort((a, b) => b.time - a.time)
    .map(({ name }) => name);
}

/** When a run was begun: its job is written once. 0 of a folder that is no run's. */
async function timeOf(folder: string): Promise<number> {
  for (const file of ['job.json', 'ledger.jsonl', 'status.json']) {
    const found = await stat(join(folder, file)).catch(() => undefined);
    if (found !== undefined) return found.mtimeMs;
  }
  return 0;
}
