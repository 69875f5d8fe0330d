import type { Depth } from '../reconcile/broker.ts';
import { addressOf } from '../topology/address.ts';
import { plural } from '../topology/count.ts';
import type { Queue } from '../topology/object.ts';
import { ExpectedError } from '../topology/problem.ts';

/** A queue stays, because more would go with it than was allowed. */
export class WouldLose extends ExpectedError {
  constructor(queue: Queue, depth: Depth) {
    const address = addressOf(queue);
    const { why, hint } = explain(depth);
    super(`${address} stays: ${why}`, { hint: `${hint} ${address}` });
  }
}

function explain(depth: Depth): { why: string; hint: string } {
  if (depth.kind === 'unknown') {
    return { why: depth.why, hint: `${depth.hint}, or topo apply --allow-message-loss` };
  }
  const { ready, unacked, consumers } = depth;
  if (ready + unacked > 0) {
    const held = unacked > 0 ? ` (${unacked} of them unacknowledged)` : '';
    const why = `it holds ${plural(ready + unacked, 'message')}${held}`;
    return { why, hint: 'empty it, or topo apply --allow-message-loss' };
  }
  if (consumers === 0)
    return {
      why: 'it was in use just now',
      hint: 'run it again, or topo apply --allow-disconnect',
    };
  return {
    why: `it has ${plural(consumers, 'consumer')}`,
    hint: `stop ${consumers === 1 ? 'it' : 'them'}, or topo apply --allow-disconnect`,
  };
}
