// Says in words what the change of a policy does to queues and exchanges.
import type { Effect } from '../reconcile/plan.generated.ts';
import { objectOf, type Step } from '../reconcile/step.ts';
import { nameInAddress } from '../topology/address.ts';
import { count, plural } from '../topology/count.ts';
import { oneOf, quote } from '../topology/quote.ts';

type Move = Effect['moves'][number];
type Note = NonNullable<Effect['notes']>[number];

/** The moves to show; the plan as JSON has all. */
const mostMoves = 5;

export function renderEffect(step: Step): string[] {
  const { effect } = step;
  const policy = objectOf(step);
  if (effect === undefined || !('name' in policy)) return [];
  const moves = effect.moves.slice(0, mostMoves).map((move) => renderMove(move, policy.name));
  const more = effect.moves.length - moves.length;
  if (moves.length === 0)
    return [step.kind === 'delete' ? 'nothing has it' : 'nothing gets it yet'];
  return [
    ...moves,
    ...(more > 0 ? [`and ${plural(more, 'other change')} of what applies`] : []),
    ...renderLoss(effect),
    ...(effect.notes ?? []).map(renderNote),
  ];
}

/** Such as: delivery-limit 20 → 5 for 12 messages of 2 queues: dropped from now on: a, b. */
function renderNote({ what, then, queues, messages, uncounted, some }: Note): string {
  const held = uncounted > 0 ? 'the messages' : plural(messages, 'message');
  return `${what}, ${held} in ${plural(queues, 'queue')}: ${then}: ${listed(some, queues)}`;
}

/** Lost only with the user's consent. */
function renderLoss({ loss }: Effect): string[] {
  if (loss === undefined) return [];
  const what = loss.uncounted > 0 ? 'messages' : plural(loss.messages, 'message');
  return [`${what} of ${plural(loss.queues, 'queue')} lost, as agreed`];
}

/** Such as: 2 queues get it instead of policy "low": a, b. */
function renderMove({ from, to, queues, exchanges, some }: Move, own: string): string {
  const objects = queues + exchanges;
  const what = [
    ...(queues > 0 ? [plural(queues, 'queue')] : []),
    ...(exchanges > 0 ? [plural(exchanges, 'exchange')] : []),
  ].join(' and ');
  return `${what} ${happens(from, to, own, objects === 1)}: ${listed(some, objects)}`;
}

/** Such as: a, b, c and 2 others. */
function listed(some: readonly string[], all: number): string {
  const others = all - some.length;
  const more = others > 0 ? ` and ${count(others)} ${others === 1 ? 'other' : 'others'}` : '';
  return some.map(nameInAddress).join(', ') + more;
}

function happens(from: Move['from'], to: Move['to'], own: string, isOne: boolean): string {
  const s = isOne ? 's' : '';
  if (from.length > 1 || to.length > 1)
    return `may get ${named(to)}${from.includes(null) && from.length === 1 ? '' : ` instead of ${named(from)}`}`;
  const [before = null, after = null] = [from[0], to[0]];
  if (before === after) return `keep${s} it`;
  if (after === own)
    return `get${s} it${before === null ? '' : ` instead of policy ${quote(before)}`}`;
  return after === null ? `lose${s} it` : `get${s} policy ${quote(after)} instead`;
}

const named = (names: Move['from']): string =>
  oneOf(names.map((name) => (name === null ? 'no policy' : `policy ${quote(name)}`)));
