// topo-harness publish: sends the tasks of a file or of stdin, through the outbox.
import type { PublishOptions } from '../../harness/publish/options.ts';
import { discardOutbox, publishTasks } from '../../harness/publish/publish.ts';
import { escape } from '../../report/escape.ts';
import { exit } from '../exit.ts';
import { explain } from '../explain.ts';
import { exitOfStop, withInterrupts } from '../interrupt.ts';
import { startProgress } from '../progress.ts';
import type { Terminal } from '../terminal.ts';
import { exitOfTold } from '../told.ts';
import { assertWritable } from '../write-file.ts';
import { linkOptions } from './link-options.ts';
import { parseFlags, readTasks, type PublishFlags } from './publish-flags.ts';
import { readHarness } from './read-harness.ts';
import { UnwrittenIds, writeIds } from './task-ids.ts';
import type { Published } from '../../harness/publish/tally.ts';
import { count, plural } from '../../topology/count.ts';
import { renderJson } from '../../topology/json.ts';

/** `file` is undefined if none was named: stdin, unless the outbox is all that is meant. */
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
    roles,
    window,
    tasks: source?.tasks,
    outbox: flags.outbox,
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
      if (signals.stop.aborted) return exitOfStop(signals.stop);
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

function renderPublished(published: Published, format: PublishFlags['format']): string {
  if (format === 'json') {
    const seconds = Math.round(published.seconds * 1_000) / 1_000;
    return renderJson({ ...published, seconds }, 2);
  }
  const { confirmed, confirmed_before, returned, refused, unsettled, seconds } = published;
  const before = confirmed_before === 0 ? '' : ` (${count(confirmed_before)} of them before)`;
  const parts = [
    `${count(confirmed)} confirmed${before}`,
    `${count(returned)} returned`,
    `${count(refused)} refused`,
    ...(unsettled === 0 ? [] : [`${count(unsettled)} not sent, or not answered`]),
  ];
  return `Published: ${parts.join(', ')} in ${seconds.toFixed(1)} s`;
}

/** What is left to do. */
function tellPublished(
  published: Published,
  { outbox, resume }: PublishFlags,
  terminal: Terminal,
): void {
  const { reasons, unsettled, is_whole, confirmed } = published;
  for (const { kind, reason, tasks } of reasons) {
    terminal.complain(`${kind}: ${plural(tasks, 'task')}: ${escape(reason)}`);
  }
  const isLeft = reasons.length > 0 || unsettled > 0;
  if (isLeft) {
    terminal.complain(
      `  hint: they are kept in ${escape(outbox)}: publish --resume sends them again`,
    );
  } else if (resume === true && !is_whole) {
    const text = `the publish that was finished had read ${plural(confirmed, 'task')}, and not all`;
    terminal.complain(`warning: ${text}`);
  } else if (resume === true && confirmed === 0) terminal.complain('the outbox is empty');
}

const isConfirmed = ({ returned, refused, unsettled }: Published): boolean =>
  returned + refused + unsettled === 0;

/** So many bad lines are shown one by one. */
const mostTold = 20;

function complainOfLines(
  source: string,
  terminal: Terminal,
): (line: number, problems: readonly string[]) => void {
  let told = 0;
  return (line, problems) => {
    if (++told === mostTold + 1) terminal.complain('… and further lines that are no tasks');
    if (told > mostTold) return;
    const error = terminal.errorPaint.red('error');
    for (const problem of problems) {
      terminal.complain(`${escape(source)}:${line}: ${error}: ${escape(problem)}`);
    }
  };
}
