// Messages that go with a queue: how many may, and how many did.
import type { Address } from '../topology/address.ts';
import { count, plural } from '../topology/count.ts';
import { ExpectedError } from '../topology/problem.ts';

/** How many messages of a queue may go: so many, all, or as many as the plan shows and a margin. */
export type LossBound = number | 'all' | 'as-shown';

/** The messages that went with a queue. */
export type Loss =
  /** The delete counts ready messages only. `unacked`: how many were unacknowledged just before, if that is known. */
  | { readonly kind: 'counted'; readonly ready: number; readonly unacked?: number }
  /** Counted just before: a delete over HTTP counts nothing. */
  | { readonly kind: 'counted-before'; readonly ready: number; readonly unacked: number }
  | { readonly kind: 'uncounted' };

const margin = { share: 0.1, least: 10 };

/** So many messages, and those that come in between the plan and the delete. */
export const withMargin = (messages: number): number =>
  messages + Math.max(margin.least, Math.ceil(messages * margin.share));

/** The command line that lets messages of a queue go. */
export const lossFlag = (address: Address, bound: LossBound): string =>
  `topo apply --allow-message-loss ${address}${bound === 'as-shown' ? '' : `=${bound}`}`;

/** Goes behind how many there are. */
export const butAgreed = (limit: number): string =>
  `, and ${count(limit)} ${limit === 1 ? 'is' : 'are'} agreed to`;

/** Such as: 312 messages (34 of them unacknowledged). */
export function renderHeld(ready: number, unacked: number): string {
  const held = unacked > 0 ? ` (${count(unacked)} of them unacknowledged)` : '';
  return `${plural(ready + unacked, 'message')}${held}`;
}

/** A queue went with more messages than was agreed to. What can't be prevented is at least said. */
export class MessagesLost extends ExpectedError {
  readonly loss: Loss;

  constructor(
    address: Address,
    what: 'deleted' | 'replaced',
    loss: Extract<Loss, { kind: 'counted' }>,
    limit: number,
  ) {
    const messages = loss.ready + (loss.unacked ?? 0);
    const agreed = limit > 0 ? `: ${count(limit)} were agreed to, more` : ' that';
    const lost = `${plural(messages, 'message')}${agreed} came in at the last moment`;
    const hint = `stop its publishers before it is ${what}`;
    super(`${address} is ${what}, and with it ${lost}`, { hint });
    this.loss = loss;
  }
}
