// What became of a publish, for people and for programs.
import type { Published } from '../../harness/publish/tally.ts';
import { escape } from '../../report/escape.ts';
import { count, plural } from '../../topology/count.ts';
import { renderJson } from '../../topology/json.ts';
import type { Terminal } from '../terminal.ts';
import type { PublishFlags } from './publish-flags.ts';

export function renderPublished(published: Published, format: PublishFlags['format']): string {
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
export function tellPublished(
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

export const isConfirmed = ({ returned, refused, unsettled }: Published): boolean =>
  returned + refused + unsettled === 0;
