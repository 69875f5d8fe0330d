// From files and broker to a plan document. What is read is read through a Reader, which can't write.
import { hashAll, type Address } from '../topology/address.ts';
import type { Desired } from '../topology/desired.ts';
import type { Live, LiveQueue } from '../topology/live.ts';
import type { Problem } from '../topology/problem.ts';
import { canonical } from '../topology/value.ts';
import type { Depth, Reader } from './broker.ts';
import { cascade } from './cascade.ts';
import type { Change } from './change.ts';
import { check, withoutUnwritable } from './check.ts';
import { guardCircles } from './circles.ts';
import { diff, type Difference } from './diff.ts';
import { guard, type Consents } from './guard.ts';
import { guardOnward } from './guard-onward.ts';
import { guardOdd } from './odd.ts';
import { order } from './order.ts';
import { guardOwnership, lasts } from './ownership.ts';
import type { PlanDocument, Step, Summary } from './plan.generated.ts';
import { assertTargets, select, type Selection } from './select.ts';
import { guardUnfinished, undeclaredReturns, type Unfinished } from './unfinished.ts';
import { warnOfUnusedConsents } from './unused-consents.ts';
import { unreached } from './verify.ts';

export interface PlanOptions {
  /** The endpoint as it is shown, without credentials. */
  readonly endpoint: string;
  readonly selection: Selection;
  readonly consents: Consents;
  /** What earlier runs began. */
  readonly unfinished: readonly Unfinished[];
}

export async function makePlan(
  given: Desired,
  reader: Reader,
  options: PlanOptions,
): Promise<PlanDocument> {
  const live = await reader.readLive(new Set(given.vhosts.keys()));
  const desired = withoutUnwritable(given, live);
  const warnings = [...desired.warnings, ...check(desired, live)].map(toWarning);
  assertTargets(options.selection, desired, live);
  const { difference, selected, changes } = findChanges(desired, live, options.selection);
  const depths = await reader.readDepths(goingQueues(changes));
  const steps = withDepths(order(changes), depths);
  const summary = {
    ...summarize(steps, difference, desired),
    left_out: difference.changes.length - selected.length,
  };
  const refusals = [
    ...guardOwnership(changes, desired, live),
    ...guardOdd(changes, live),
    ...guardCircles(steps),
    ...guardOnward(changes, live),
    ...guard({ steps, summary }, options.consents),
    ...guardUnfinished(options.unfinished, live),
  ];
  return {
    topo_plan: 1,
    id: idOf({ steps, refusals, summary }),
    endpoint: options.endpoint,
    broker: { version: live.broker.version, cluster_name: live.broker.cluster_name },
    files: [...desired.sources.keys()],
    vhost: [...desired.vhosts.keys()][0] ?? '/',
    steps,
    refusals,
    warnings: [...warnings, ...warnOfUnusedConsents(steps, options.consents)],
    gap: hasReplacement(steps) ? await reader.readGap() : 'pipelined',
    summary: { ...summary, refused: refusals.length },
  };
}

function toWarning({ at, ...what }: Problem): PlanDocument['warnings'][number] {
  return at === undefined ? what : { ...what, source: at };
}

/** What differs, what of it is chosen, and that with all that goes along. */
function findChanges(desired: Desired, live: Live, selection: Selection) {
  const difference = diff(desired, live);
  const selected = select(difference.changes, selection);
  return { difference, selected, changes: cascade(selected, desired.objects, live) };
}

/**
 * After apply: the steps that the broker, read again, still lacks. What goes along with them is not counted, but for
 * bindings that the plan was to put back and that the files don't know.
 */
export async function readMissing(
  plan: PlanDocument,
  given: Desired,
  reader: Reader,
  selection: Selection,
): Promise<readonly Step[]> {
  const live = await reader.readLive(new Set(given.vhosts.keys()));
  const desired = withoutUnwritable(given, live);
  const steps = order(findChanges(desired, live, selection).changes);
  return [
    ...steps.filter(({ own_request }) => own_request),
    ...unreached(undeclaredReturns(plan.steps), live),
  ];
}

function goingQueues(changes: readonly Change[]): LiveQueue[] {
  return changes.flatMap((change) =>
    change.kind !== 'create' && change.before.kind === 'queue' && !change.before.system
      ? [change.before]
      : [],
  );
}

/** What the steps' queues hold, written beside them. */
export function withDepths(steps: readonly Step[], depths: ReadonlyMap<Address, Depth>): Step[] {
  return steps.map((step) => {
    const depth = depths.get(step.address);
    return depth === undefined ? step : { ...step, depth };
  });
}

function hasReplacement(steps: readonly Step[]): boolean {
  return steps.some(({ kind, object }) => kind === 'replace' && object !== 'binding');
}

function summarize(
  steps: readonly Step[],
  difference: Difference,
  desired: Desired,
): Omit<Summary, 'left_out'> {
  const vhosts = vhostsOf(difference, desired);
  return {
    ...countSteps(steps),
    refused: 0,
    unchanged: difference.unchanged,
    unmanaged: difference.unmanaged,
    managed: vhosts.reduce((sum, { managed }) => sum + managed, 0),
    declared: desired.objects.size,
    not_planned: Object.fromEntries(desired.notPlanned),
    vhosts,
  };
}

function vhostsOf({ managed }: Difference, { vhosts, objects }: Desired): Summary['vhosts'] {
  const declared = new Map<string, number>();
  for (const { object } of objects.values()) {
    declared.set(object.vhost, (declared.get(object.vhost) ?? 0) + 1);
  }
  return [...vhosts.keys()].map((name) => ({
    name,
    declared: declared.get(name) ?? 0,
    managed: managed.get(name) ?? 0,
  }));
}

/** How many steps of each kind; a binding that comes back with its end counts as restored. */
export function countSteps(steps: readonly Step[]) {
  const counts = { create: 0, replace: 0, delete: 0, restored: 0 };
  for (const { kind, object } of steps) {
    counts[kind === 'replace' && object === 'binding' ? 'restored' : kind]++;
  }
  return counts;
}

type Identified = Pick<PlanDocument, 'steps' | 'refusals'> & {
  readonly summary: Pick<Summary, 'vhosts'>;
};

/** Equal for plans that would change, and be refused, the same in the same way, whenever they were made. */
export function idOf(plan: Identified): string {
  return hashAll(textsOf(plan), 7);
}

/** What was there before stands in its hash. The refusals that last, and what the guards of deletes count by, belong to it. */
function* textsOf({ steps, refusals, summary }: Identified): Generator<string> {
  for (const step of steps) yield canonical({ ...step, before: null, depth: null, source: null });
  yield* refusals
    .filter(lasts)
    .map(({ code, address = '' }) => canonical([code, address]))
    .sort();
  if (steps.some(({ kind }) => kind === 'delete')) yield canonical(summary.vhosts);
}
