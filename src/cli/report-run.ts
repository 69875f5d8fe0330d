// Reports a run of apply for machines, on stdout and in a file: once, however the run ends.
import { failedRunDocument } from '../report/outcomes.ts';
import { renderJson } from '../topology/json.ts';
import { ExpectedError } from '../topology/problem.ts';
import { explain, toRunError } from './explain.ts';
import type { ApplyFlags } from './apply-flags.ts';
import type { Terminal } from './terminal.ts';
import { exitOfTold } from './told.ts';
import { writeResult } from './write-file.ts';

type Flags = Pick<ApplyFlags, 'format' | 'report'>;

/** Returns the exit code, which changes if the run could not be reported. */
export async function reportRun(
  run: object,
  code: number,
  flags: Flags,
  terminal: Terminal,
): Promise<number> {
  const isTold = await tellRun(run, flags, terminal).then(
    () => true,
    (error: unknown) => {
      if (!(error instanceof ExpectedError)) throw error;
      explain(error, terminal);
      return false;
    },
  );
  return exitOfTold(code, terminal, { isTold });
}

async function tellRun(run: object, flags: Flags, terminal: Terminal): Promise<void> {
  if (flags.format !== 'json' && flags.report === undefined) return;
  const text = renderJson(run, 2);
  if (flags.format === 'json') terminal.print(text);
  if (flags.report !== undefined) await writeResult('--report', flags.report, `${text}\n`);
}

/** Runs `work`, which reports; if it throws, reports the error in its place and rethrows it. */
export async function reportingErrors<T>(
  flags: Flags,
  terminal: Terminal,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // The error says more than that it can't be written.
    await tellRun(failedRunDocument(toRunError(error)), flags, terminal).catch(() => undefined);
    throw error;
  }
}
