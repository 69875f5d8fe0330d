// What a change of a queue's settings destroys of what it holds. Measured on 3.10.8, 4.0.5 and
// 4.3.6 for each type of queue.
import type { LiveQueue } from './live.ts';
import { renderJson } from './json.ts';
import { quote } from './quote.ts';
import type { Table } from './value.ts';

export interface QueueLoss {
  /** Undefined if topo can't count them. */
  readonly messages: number | undefined;
  /** The setting that does it, such as `max-length 10`. */
  readonly by: string;
}

export type Held = Pick<LiveQueue, 'type' | 'ready' | 'unacked' | 'consumers'> & {
  /** How many of the ready messages a dead-letter exchange has not confirmed yet. */
  readonly leaving?: number | undefined;
};

type LossRule = (before: Table, after: Table, held: Held) => QueueLoss | undefined;

/** To add a rule, write a function and list it here. Only the first loss is reported. */
const rules: readonly LossRule[] = [expires, drops, dropsBytes, forgets, truncates];

/** Takes effective settings. A new message-ttl spares what is in the queue already. */
export function lossBetween(before: Table, after: Table, held: Held): QueueLoss | undefined {
  for (const rule of rules) {
    const loss = rule(before, after, held);
    if (loss !== undefined && loss.messages !== 0) return loss;
  }
  return undefined;
}

/** RabbitMQ deletes an unused queue together with its messages. */
function expires(before: Table, after: Table, { ready, unacked, consumers }: Held) {
  if (!isLower('expires', before, after) || (consumers ?? 0) > 0) return undefined;
  const messages = ready === undefined || unacked === undefined ? undefined : ready + unacked;
  return { messages, by: said('expires', after) };
}

function drops(before: Table, after: Table, held: Held): QueueLoss | undefined {
  const most = Number(after.get('max-length'));
  if (!after.has('max-length') || !mayDrop('max-length', before, after, held)) return undefined;
  const messages = held.ready === undefined ? undefined : Math.max(0, held.ready - most);
  return { messages, by: `${said('max-length', after)}${onward(after)}` };
}

/** The lists of queues don't tell bytes. */
function dropsBytes(before: Table, after: Table, held: Held): QueueLoss | undefined {
  if (!after.has('max-length-bytes') || !mayDrop('max-length-bytes', before, after, held))
    return undefined;
  const by = `${said('max-length-bytes', after)}${onward(after)}`;
  return { messages: held.ready === 0 ? 0 : undefined, by };
}

/** Dropped messages are dead-lettered, also by a setting that comes with the same policy. */
function onward(after: Table): string {
  const exchange = after.get('dead-letter-exchange');
  return typeof exchange === 'string' ? `, dead-lettered to exchange ${quote(exchange)}` : '';
}

/**
 * Classic queues apply a new length by their old overflow, and then the new overflow: only a queue
 * that rejects before and after keeps everything.
 */
function mayDrop(key: string, before: Table, after: Table, { type }: Held): boolean {
  if (type === 'stream') return false;
  const wasDropping = dropsHead(before, type);
  if (!dropsHead(after, type) && !(type === 'classic' && wasDropping)) return false;
  return isLower(key, before, after) || !wasDropping;
}

/** Whether the queue drops what exceeds its length, rather than reject what is published. */
export function dropsHead(settings: Table, type: string | null): boolean {
  const overflow = settings.get('overflow') ?? 'drop-head';
  return overflow === 'drop-head' || (type === 'quorum' && overflow === 'reject-publish-dlx');
}

/** What waits for its dead-letter exchange is dropped once that need not have it. */
function forgets(before: Table, after: Table, { ready, leaving = 0 }: Held) {
  if (!deadLettersSurely(before) || deadLettersSurely(after)) return undefined;
  const messages = ready === undefined ? undefined : leaving;
  return { messages, by: 'at-least-once dead-lettering ends' };
}

/** RabbitMQ goes by the strategy only with this overflow. */
const deadLettersSurely = (settings: Table): boolean =>
  settings.get('dead-letter-strategy') === 'at-least-once' &&
  settings.get('overflow') === 'reject-publish' &&
  settings.has('dead-letter-exchange');

function truncates(before: Table, after: Table, { type }: Held): QueueLoss | undefined {
  if (type !== 'stream') return undefined;
  const key = ['max-length-bytes', 'max-age'].find((one) => isLower(one, before, after));
  return key === undefined ? undefined : { messages: undefined, by: said(key, after) };
}

/** Whether a limit is new, or lower than before. */
export function isLower(key: string, before: Table, after: Table): boolean {
  const [was, is] = [before.get(key), after.get(key)].map(toAmount);
  return is !== undefined && (was === undefined || is < was);
}

function toAmount(value: unknown): number | undefined {
  if (typeof value !== 'string') return value === undefined ? undefined : Number(value);
  const [, number = '', unit = ''] = /^(\d+)([YMDhms])$/.exec(value) ?? [];
  return Number(number) * (seconds[unit] ?? 1);
}

const day = 86_400;
const seconds: Readonly<Record<string, number>> = {
  ...{ Y: 365 * day, M: 30 * day, D: day },
  ...{ h: 3_600, m: 60, s: 1 },
};

/** Such as `max-length 10`. */
export const said = (key: string, settings: Table): string => {
  const value = settings.get(key);
  return `${key} ${typeof value === 'string' ? value : renderJson(value)}`;
};
