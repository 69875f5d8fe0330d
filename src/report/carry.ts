// Renders the notes below a queue that is carried over: what moves, how long it takes, and what is
// guaranteed to whom.
import type { Carry } from '../reconcile/plan.generated.ts';
import { plural } from '../topology/count.ts';

/** `bindings`: such as `3 bindings are kept`. */
export function renderCarry(carry: Carry, bindings: string): string[] {
  const { messages, consumers, seconds, notes = [] } = carry;
  return [
    [`${renderMoved(messages)} through a parking queue`, bindings].filter(isSaid).join(', '),
    `takes about ${seconds} s${renderCancelled(consumers)}`,
    'nothing that comes through an exchange is lost; what is published while bindings change over, about 30 ms each way, may come twice, and ahead of the few messages that still wait then',
    'times to live and counts of deliveries begin again, from RabbitMQ 4.0 those of x-death, too',
    'what is published straight to the queue while it is replaced, up to half a second, may be lost',
    ...notes.map(({ what, then }) => `${what}: ${then}`),
  ];
}

const isSaid = (text: string): boolean => text !== '';

function renderMoved(messages: number): string {
  if (messages === 0) return 'what comes meanwhile is carried over';
  return `${plural(messages, 'message')} ${messages === 1 ? 'is' : 'are'} carried over`;
}

function renderCancelled(consumers: number): string {
  if (consumers === 0) return '';
  const [are, they, take] = consumers === 1 ? ['is', 'it', 'takes'] : ['are', 'they', 'take'];
  return `; ${plural(consumers, 'consumer')} ${are} cancelled and must subscribe again; until then, what ${they} ${take} may be newer than what is carried over`;
}
