// What became of a run of apply, for machines: on stdout and in a file. However a run ends, it is told once.
import { failedRunDocument } from '../report/outcomes.ts';
import { renderJson } from '../topology/json.ts';
import { toRunError } from './explain.ts';
import type { ApplyFlags } from './flags.ts';
import type { Terminal } from './terminal.ts';
import { writeResult } from './write-file.ts';

type Flags = Pick<ApplyFlags, 'format' | 'report'>;

/** Errors of the telling itself: the run was told as far as it could be. */
const told = new WeakSet<object>();

export async function reportRun(run: object, flags: Flags, terminal: Terminal): Promise<void> {
  const text = renderJson(run, 2);
  if (flags.format === 'json') terminal.print(text);
  if (flags.report === undefined) return;
  await writeResult('--report', flags.report, `${text}\n`).catch((error: unknown) => {
    told.add(error as object);
    throw error;
  });
}

/** Runs `work`, which reports; if it ends in an error, that is reported in its place, and goes on its way. */
export async function reportingErrors<T>(
  flags: Flags,
  terminal: Terminal,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!told.has(error as object)) {
      // The error that is under way says more than that it can't be written.
      await reportRun(failedRunDocument(toRunError(error)), flags, terminal).catch(() => undefined);
    }
    throw error;
  }
}
