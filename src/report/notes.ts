// What stands beneath a step: what goes along, what comes back, how long the gap is and for whom.
import type { PlanDocument, Step } from '../reconcile/plan.generated.ts';
import { plural } from '../topology/count.ts';
import { renderJson } from '../topology/json.ts';

/** `riders`: the steps that this step's request carries out. */
export function notesOf(step: Step, { gap }: PlanDocument, riders: readonly Step[]): string[] {
  const bindings = riders.filter(({ object }) => object === 'binding');
  const kept = bindings.filter(({ kind }) => kind === 'replace').length;
  if (step.object === 'binding') return bindings.length > 0 ? renderRing(step, bindings, gap) : [];
  return [
    ...renderLoss(step),
    ...(bindings.length > 0 ? [renderBindings(bindings, kept)] : []),
    ...(step.because === undefined ? [] : [`because of ${step.because}`]),
    ...(step.kind === 'replace' ? [renderGap(step, gap, kept)] : []),
  ];
}

/** What goes and comes in one go, as its exchange keeps one place for all of them. */
function renderRing(step: Step, riders: readonly Step[], gap: PlanDocument['gap']): string[] {
  const all = [step, ...riders];
  const keys = (steps: readonly Step[]): string =>
    steps.map(({ before, after }) => renderJson((after ?? before)?.['routing_key'])).join(', ');
  const bound = all.filter(({ after }) => after !== undefined);
  const how = gap === 'pipelined' ? 'over AMQP in one go' : 'request by request';
  return [
    `unbound first: ${keys(all.filter(({ before }) => before !== undefined))}; bound then: ${keys(bound)}`,
    `gap of some 10 ms (${how}): its exchange sends nothing here`,
  ];
}

function renderBindings(bindings: readonly Step[], kept: number): string {
  const gone = bindings.length - kept;
  const others = bindings.filter(({ managed }) => !managed).length;
  const whose =
    others === bindings.length
      ? 'not owned by the files'
      : `${others} of them not owned by the files`;
  return [
    ...(kept > 0 ? [`${plural(kept, 'binding')} put back`] : []),
    ...(gone > 0 ? [`${plural(gone, 'binding')} ${gone === 1 ? 'goes' : 'go'} with it`] : []),
    ...(others > 0 ? [whose] : []),
  ].join(', ');
}

/** What goes although it holds something: only where the person who applies agreed to it. */
function renderLoss({ kind, depth }: Step): string[] {
  if (kind !== 'replace' || depth === undefined) return [];
  if (depth.kind === 'unknown') return ['what it holds is lost, as agreed'];
  const messages = depth.ready + depth.unacked;
  return messages > 0
    ? [`${plural(messages, 'message')} ${messages === 1 ? 'is' : 'are'} lost, as agreed`]
    : [];
}

/** Milliseconds, as measured: docs/decisions/replace-gap.md. Over HTTP, three round trips come on top. */
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

function renderGap({ object }: Step, gap: PlanDocument['gap'], bindings: number): string {
  const { alone, eachBinding, how } = gaps[gap];
  const milliseconds = Math.ceil((alone + eachBinding * bindings) / 10) * 10;
  const who =
    object === 'exchange'
      ? 'publishers to it meet 404 NOT_FOUND on their channel'
      : 'messages published to it meanwhile are not routed here, consumers are cancelled';
  return `gap of some ${milliseconds} ms (${how}): ${who}`;
}
