// topo-harness publish: sends the tasks of a file or of stdin, through the outbox.
import type { PublishOptions } from '../../harness/publish/options.ts';
import { discardOutbox, publishTasks } from '../../harness/publish/publish.ts';
import { escape } from '../../report/escape.ts';
import { exit } from '../exit.ts';
import { explain } from '../explain.ts';
import { withInterrupts } from '../interrupt.ts';
import { startProgress } from '../progress.ts';
import type { Terminal } from '../terminal.ts';
import { exitOfTold } from '../told.ts';
import { assertWritable } from '../write-file.ts';
import { linkOptions } from './link-options.ts';
import { parseFlags, readTasks, type PublishFlags } from './publish-flags.ts';
import { isConfirmed, renderPublished, tellPublished } from './published.ts';
import { readHarness } from './read-harness.ts';
import { UnwrittenIds, writeIds } from './task-ids.ts';
import { complainOfLines } from './wrong-lines.ts';

/** `file` is undefined where none was named: stdin, unless the outbox is all that is meant. */
export async function publish(
  file: string | undefined,
  flags: PublishFlags,
  terminal: Terminal,
): Promise<number> {
  const { choice, window } = parseFlags(file, flags);
  const { ids } = flags;
  if (ids !== undefined && ids !== '-') await assertWritable('--ids', ids);
  if (flags.discard === true && file === undefined && flags.sweep === undefined) {
    await discardOutbox(flags.outbox);
    return exit.done;
  }
  const { connection, roles } = await readHarness(flags, terminal);
  const source = flags.resume === true ? undefined : await readTasks(file, flags, roles, choice);
  const rate = startRate(terminal, source?.total);
  const options: Omit<PublishOptions, 'stop' | 'abort'> = {
    ...{ roles, window, tasks: source?.tasks, outbox: flags.outbox },
    link: linkOptions(connection, 'publish', terminal),
    discard: flags.discard === true,
    onBroken: complainOfLines(source?.tasks.input.name ?? '', terminal),
    onSettled: rate.advance,
    onUnnoted: ({ message }) => {
      const then = 'tasks that were confirmed may be sent once more';
      terminal.complain(`warning: ${escape(message)}: ${then}`);
    },
    onPublished: async (published, made) => {
      rate.end();
      const tell = ids === '-' ? terminal.complain : terminal.print;
      tell(renderPublished(published, flags.format));
      tellPublished(published, flags, terminal);
      if (ids !== undefined) await writeIds(ids, made, terminal);
    },
  };
  return withInterrupts(
    async (signals) => {
      const published = await publishTasks({ ...options, ...signals }).catch((error: unknown) => {
        if (!(error instanceof UnwrittenIds)) throw error;
        explain(error, terminal);
        return undefined;
      });
      if (signals.stop.aborted) return exit.interrupted;
      if (published === undefined) return exit.unreported;
      return exitOfTold(isConfirmed(published) ? exit.done : exit.partial, terminal);
    },
    { graceful: true, notice: (line) => terminal.complain(line) },
  ).finally(rate.end);
}

/** How many tasks are settled, and how many a second. */
function startRate(
  terminal: Terminal,
  total: number | undefined,
): { advance: () => void; end: () => void } {
  const progress = startProgress(terminal, 'publish', total);
  const started = performance.now();
  let settled = 0;
  const advance = (): void => {
    const seconds = (performance.now() - started) / 1_000;
    progress.advance(`${Math.round(++settled / seconds)}/s`);
  };
  return { advance, end: () => progress.end() };
}
