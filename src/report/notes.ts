// What stands beneath a step: what goes along, what comes back, how long the gap is and for whom.
import type { PlanDocument, Step } from '../reconcile/plan.generated.ts';
import { plural } from '../topology/count.ts';

/** `riders`: the steps that this step's request carries out. */
export function notesOf(step: Step, { gap }: PlanDocument, riders: readonly Step[]): string[] {
  if (step.object === 'binding') return [];
  const bindings = riders.filter(({ object }) => object === 'binding');
  const kept = bindings.filter(({ kind }) => kind === 'replace').length;
  return [
    ...renderLoss(step),
    ...(bindings.length > 0 ? [renderBindings(bindings, kept)] : []),
    ...(step.because === undefined ? [] : [`because of ${step.because}`]),
    ...(step.kind === 'replace' ? [renderGap(step, gap, kept)] : []),
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
