// Finds parking queues that hold messages and that no record names: topo can't go on with them.
import { endsOf, type Address } from '../topology/address.ts';
import { plural } from '../topology/count.ts';
import { addressOf } from '../topology/identity.ts';
import type { Live, LiveObject, LiveQueue } from '../topology/live.ts';
import { isBinding, isQueue } from '../topology/object.ts';
import { besideWhat, isParking } from '../topology/own.ts';
import type { Problem } from '../topology/problem.ts';
import { shellWord } from '../topology/quote.ts';

export interface Forgotten {
  readonly queue: LiveQueue;
  /** How many bindings lead to it. */
  readonly bindings: number;
}

/** `parked`: the addresses of those that records name. */
export function findForgotten({ objects }: Live, parked: ReadonlySet<Address>): Forgotten[] {
  const found = [...objects.values()].flatMap((object) =>
    isQueue(object) && isParking(object) && !parked.has(addressOf(object)) ? [object] : [],
  );
  return found.flatMap((queue) => {
    const address = addressOf(queue);
    const leadsThere = (object: LiveObject): boolean =>
      isBinding(object) && endsOf(object).destination === address;
    const bindings = [...objects.values()].filter(leadsThere).length;
    return messagesIn(queue) === 0 && bindings === 0 ? [] : [{ queue, bindings }];
  });
}

/** Undefined if the broker doesn't count them. */
const messagesIn = ({ ready, unacked }: LiveQueue): number | undefined =>
  ready === undefined || unacked === undefined ? undefined : ready + unacked;

export const warnOfForgotten = (forgotten: readonly Forgotten[]): Problem[] =>
  forgotten.map(({ queue, bindings }) => {
    const messages = messagesIn(queue);
    const held = messages === undefined ? 'messages' : plural(messages, 'message');
    const bound = bindings === 0 ? '' : ` and has ${plural(bindings, 'binding')}`;
    const bind = bindings === 0 ? '' : 'bind those exchanges to the queue again, then ';
    const from = shellWord(queue.name);
    const to = shellWord(besideWhat(queue.name) ?? 'QUEUE');
    return {
      code: 'forgotten-parking-queue',
      message: `${addressOf(queue)} holds ${held}${bound} of a queue that was being replaced, and no record that topo finds here names it`,
      hint: `run topo apply again in the folder where it was cut off; if that is gone, ${bind}topo move ${from} ${to} --vhost ${shellWord(queue.vhost)}, and delete it`,
    };
  });
