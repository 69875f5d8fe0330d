// Renders a move of messages: what will move, and what did.
import type { MovePlan } from '../reconcile/move.ts';
import { addressOf } from '../topology/identity.ts';
import { count, plural } from '../topology/count.ts';
import { renderJson } from '../topology/json.ts';
import { quote } from '../topology/quote.ts';
import { escape } from './escape.ts';
import type { Paint } from './paint.ts';

/** What a move came to. */
export interface MoveRun {
  readonly plan: MovePlan;
  readonly messages: number;
  readonly bytes: number;
  /** How many are at the end of the source now, as it would not have taken them back. */
  readonly sentHome: number;
  /** How many may be in both queues. */
  readonly doubtful: number;
  readonly seconds: number;
  readonly error?: { readonly message: string; readonly hint?: string | undefined };
}

export function renderMovePlan(plan: MovePlan, isMatched: boolean, paint: Paint): string {
  const { source, destination, ready, most, refusals, notes } = plan;
  const held = isMatched ? `${amount(most)} at most, of ${count(ready)}` : amount(most, ready);
  return [
    paint.bold(
      `queue ${quote(source.name)} → queue ${quote(destination.name)}, vhost ${quote(source.vhost)}`,
    ),
    `  ${held}, in their order`,
    ...notes.map((note) => `  ${note}`),
    ...refusals.flatMap(({ address = '', reason, hint }) => [
      `  ${paint.red('refused')}: ${escape(address)}: ${escape(reason)}`,
      `    ${escape(hint)}`,
    ]),
  ].join('\n');
}

const amount = (messages: number, of = messages): string =>
  messages === of ? plural(messages, 'message') : `${count(messages)} of ${plural(of, 'message')}`;

export function renderMoveRun(run: MoveRun, paint: Paint): string {
  const { plan, messages, bytes, seconds, sentHome, doubtful, error } = run;
  if (plan.most === 0) return 'Nothing to move.';
  const rate = seconds > 0 ? `, ${count(Math.round(messages / seconds))}/s` : '';
  const done = `Moved ${plural(messages, 'message')} (${size(bytes)}) in ${seconds.toFixed(1)} s${rate}`;
  const lines = [paint.bold(done)];
  if (error !== undefined) lines.push(`stopped there: ${escape(error.message)}`);
  if (error?.hint !== undefined) lines.push(`  ${paint.cyan('hint')}: ${escape(error.hint)}`);
  if (sentHome > 0)
    lines.push(
      `${plural(sentHome, 'message')} that had reached the delivery limit ${sentHome === 1 ? 'is' : 'are'} at the end of ${quote(plan.source.name)} now`,
    );
  if (doubtful > 0)
    lines.push(`up to ${plural(doubtful, 'message')} may be in both queues; none is lost`);
  return lines.join('\n');
}

const units = ['B', 'KiB', 'MiB', 'GiB'];

function size(bytes: number): string {
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  const value = bytes / 2 ** (10 * power);
  return `${power === 0 ? value : value.toFixed(1)} ${units[power]}`;
}

export function renderMoveJson({ plan, error, ...run }: MoveRun): string {
  const { source, destination, ready, most, refusals, notes } = plan;
  return renderJson({
    source: addressOf(source),
    destination: addressOf(destination),
    ready,
    most,
    notes,
    refusals,
    ...run,
    ...(error && { error: error.message, ...(error.hint !== undefined && { hint: error.hint }) }),
  });
}
