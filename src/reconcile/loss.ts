// Counts the messages lost with a queue: how many may be, and how many were.
import type { Address } from '../topology/address.ts';
import { count, plural } from '../topology/count.ts';
import { ExpectedError } from '../topology/problem.ts';

/**
 * How many messages a queue may lose: a number, all, or as many as the plan shows plus a margin.
 */
export type LossBound = number | 'all' | 'as-shown';

/** The messages lost with a queue. */
export type Loss =
  /** The delete counts only ready messages. `unacked`: the count just before, if known. */
  | { readonly kind: 'counted'; readonly ready: number; readonly unacked?: number }
  /** Counted just before: a delete over HTTP doesn't count. */
  | { readonly kind: 'counted-before'; readonly ready: number; readonly unacked: number }
  | { readonly kind: 'uncounted' };

const margin = { share: 0.1, least: 10 };

/** Adds room for messages that arrive between the plan and the delete. */
export const withMargin = (messages: number): number =>
  messages + Math.max(margin.least, Math.ceil(messages * margin.share));

/** The command that allows the loss of a queue's messages. */
export const lossFlag = (address: Address, bound: LossBound): string =>
  `topo apply --allow-message-loss ${address}${bound === 'as-shown' ? '' : `=${bound}`}`;

/** Follows a number of messages. */
export const butAgreed = (limit: number): string => `, but you agreed to ${count(limit)}`;

/** Such as: 312 messages (34 of them unacknowledged). */
export function renderHeld(ready: number, unacked: number): string {
  const held = unacked > 0 ? ` (${count(unacked)} of them unacknowledged)` : '';
  return `${plural(ready + unacked, 'message')}${held}`;
}

/** A queue was deleted with more messages than agreed. Topo can't prevent it, so it reports it. */
export class MessagesLost extends ExpectedError {
  readonly loss: Loss;

  constructor(
    address: Address,
    what: 'deleted' | 'replaced',
    loss: Extract<Loss, { kind: 'counted' }>,
    limit: number,
  ) {
    const messages = loss.ready + (loss.unacked ?? 0);
    const agreed = limit > 0 ? `: you agreed to ${count(limit)}, more` : ' that';
    const lost = `${plural(messages, 'message')}${agreed} came in at the last moment`;
    const hint = `stop its publishers before it is ${what}`;
    super(`${address} was ${what} with ${lost}`, { hint });
    this.loss = loss;
  }
}
