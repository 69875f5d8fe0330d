// Renders the notes below a step: what is deleted or comes back with it, how long the gap is and
// for whom.
import {
  afterOf,
  beforeOf,
  hasOwnRequest,
  isOfBinding,
  objectOf,
  type Plan,
  type Step,
} from '../reconcile/step.ts';
import { plural } from '../topology/count.ts';
import { renderJson } from '../topology/json.ts';
import { isBinding } from '../topology/object.ts';
import { renderCarry } from './carry.ts';
import { renderEffect } from './effect.ts';
import { nounOf, wordsOf } from './kinds.ts';

/** `riders`: the steps that this step's request carries out. */
export function notesOf(step: Step, { gap }: Plan, riders: readonly Step[]): string[] {
  const bindings = riders.filter(isOfBinding);
  const kept = bindings.filter(({ kind }) => kind === 'replace').length;
  if (isOfBinding(step)) return bindings.length > 0 ? renderRing(step, bindings, gap) : [];
  if (step.kind === 'replace' && step.carry !== undefined)
    return renderCarry(step.carry, renderBindings(bindings, kept, 'kept'));
  return [
    ...renderLoss(step),
    ...renderEffect(step),
    ...renderConnections(step),
    ...renderEmptied(step, bindings.length),
    ...(bindings.length > 0 ? [renderBindings(bindings, kept)] : []),
    ...renderContents(step, riders),
    ...(step.because === undefined ? [] : [`because of ${step.because}`]),
    ...(step.kind === 'replace' ? [renderGap(step, gap, kept)] : []),
  ];
}

/** Rebinds a ring in one batch, as its exchange keeps one place for all of its bindings. */
function renderRing(step: Step, riders: readonly Step[], gap: Plan['gap']): string[] {
  const all = [step, ...riders];
  const keys = (steps: readonly Step[]): string =>
    steps
      .map(objectOf)
      .flatMap((object) => (isBinding(object) ? renderJson(object.routing_key) : []))
      .join(', ');
  const bound = all.filter((each) => afterOf(each) !== undefined);
  const how = gap === 'pipelined' ? 'over AMQP in one go' : 'request by request';
  return [
    `unbound first: ${keys(all.filter((each) => beforeOf(each) !== undefined))}; bound then: ${keys(bound)}`,
    `gap of about 10 ms (${how}): ${wordsOf(objectOf(step)).gap}`,
  ];
}

/** Empty if there are none. */
function renderBindings(
  bindings: readonly Step[],
  kept: number,
  how: 'put back' | 'kept' = 'put back',
): string {
  const back = how === 'put back' ? how : `${kept === 1 ? 'is' : 'are'} ${how}`;
  const gone = bindings.length - kept;
  const others = bindings.filter(({ managed }) => !managed).length;
  const whose =
    others === bindings.length
      ? 'not owned by the files'
      : `${others} of them not owned by the files`;
  return [
    ...(kept > 0 ? [`${plural(kept, 'binding')} ${back}`] : []),
    ...(gone > 0 ? [`${plural(gone, 'binding')} ${gone === 1 ? 'goes' : 'go'} with it`] : []),
    ...(others > 0 ? [whose] : []),
  ].join(', ');
}

/** What goes with a vhost, beside the queues, which go first. */
function renderContents(step: Step, riders: readonly Step[]): string[] {
  if (objectOf(step).kind !== 'vhost') return [];
  const counts = new Map<string, number>();
  for (const rider of riders.filter((one) => !hasOwnRequest(one))) {
    const noun = nounOf(objectOf(rider));
    counts.set(noun, (counts.get(noun) ?? 0) + 1);
  }
  const parts = [...counts].map(([noun, n]) => plural(n, noun));
  return parts.length === 0 ? [] : [`with it: ${parts.join(', ')}`];
}

/** Warns of a delete that loses messages, which needs the user's consent. */
function renderLoss({ kind, depth }: Step): string[] {
  if (kind !== 'replace' || depth === undefined) return [];
  if (depth.kind === 'unknown') return ['its contents are lost, as agreed'];
  const messages = depth.ready + depth.unacked;
  return messages > 0
    ? [`${plural(messages, 'message')} ${messages === 1 ? 'is' : 'are'} lost, as agreed`]
    : [];
}

/** What happens to a queue that is emptied before it is deleted. */
function renderEmptied(step: Step, bindings: number): string[] {
  if (step.kind !== 'delete' || step.depth?.kind !== 'known') return [];
  const { ready, unacked, consumers } = step.depth;
  const messages = plural(ready + unacked, 'message');
  const cancelled =
    consumers === 0 ? [] : [`${plural(consumers, 'consumer')} cancelled in the end`];
  if (step.renamed_to !== undefined)
    return [
      [`${messages} moved to ${step.renamed_to}, once it is bound alike`, ...cancelled].join(', '),
      `what is published while both are bound is in ${step.renamed_to} twice`,
      'what comes straight to the old name over the default exchange is dropped once it is gone: topo sees no such publisher',
    ];
  if (step.drain !== true) return [];
  return [
    `drained first: ${messages}, ${plural(consumers, 'consumer')}, ${plural(bindings, 'binding')}`,
  ];
}

/** Closed only with the user's consent. */
const renderConnections = ({ connections }: Step): string[] =>
  connections === undefined
    ? []
    : [`${plural(connections, 'connection')} closed with it, as agreed`];

/** Milliseconds, as measured: docs/decisions/replace-gap.md. HTTP adds three round trips. */
const gaps = {
  pipelined: { alone: 5, eachBinding: 1.5, how: 'over AMQP in one go' },
  unpipelined: {
    alone: 10,
    eachBinding: 0.7,
    how: 'and three round trips, as AMQP is out of reach',
  },
  refused: {
    alone: 10,
    eachBinding: 0.7,
    how: 'and three round trips, as AMQP is refused',
  },
} as const;

function renderGap(step: Step, gap: Plan['gap'], bindings: number): string {
  const { alone, eachBinding, how } = gaps[gap];
  const milliseconds = Math.ceil((alone + eachBinding * bindings) / 10) * 10;
  return `gap of about ${milliseconds} ms (${how}): ${wordsOf(objectOf(step)).gap}`;
}
