import { Forbidden, type Depth } from '../reconcile/broker.ts';
import { butAgreed, lossFlag, renderHeld, withMargin } from '../reconcile/loss.ts';
import type { Address } from '../topology/address.ts';
import { plural } from '../topology/count.ts';
import { addressOf } from '../topology/identity.ts';
import type { Queue } from '../topology/object.ts';

/** A queue is not deleted because more would be lost than was allowed. */
export class WouldLose extends Forbidden {
  /** `limit`: how many messages may be lost. */
  constructor(queue: Queue, depth: Depth, limit?: number) {
    const address = addressOf(queue);
    const { why, hint } = explain(address, depth, limit);
    super(`${address} stays: ${why}`, { hint });
  }
}

function explain(address: Address, depth: Depth, limit?: number): { why: string; hint: string } {
  if (depth.kind === 'unknown') {
    return { why: depth.why, hint: `${depth.hint}, or ${lossFlag(address, 'all')}` };
  }
  const { ready, unacked, consumers } = depth;
  if (ready + unacked > 0) {
    const agreed = limit === undefined ? '' : butAgreed(limit);
    const why = `it holds ${renderHeld(ready, unacked)}${agreed}`;
    const bound = limit === undefined ? 'as-shown' : withMargin(ready + unacked);
    return { why, hint: `empty it, or ${lossFlag(address, bound)}` };
  }
  const way = `topo apply --allow-disconnect ${address}`;
  if (consumers === 0) return { why: 'it was in use just now', hint: `run it again, or ${way}` };
  return {
    why: `it has ${plural(consumers, 'consumer')}`,
    hint: `stop ${consumers === 1 ? 'it' : 'them'}, or ${way}`,
  };
}
