// Makes a plan from the files and the broker.
import type { Address } from '../topology/address.ts';
import type { Desired } from '../topology/desired.ts';
import type { Live, LiveQueue } from '../topology/live.ts';
import { isQueue } from '../topology/object.ts';
import type { Problem } from '../topology/problem.ts';
import type { Depth, Reader } from './broker.ts';
import { withCarry } from './carry.ts';
import { cascade } from './cascade.ts';
import type { Change } from './change.ts';
import { check, inOrder, withoutUnwritable } from './check.ts';
import { guardCircles } from './circles.ts';
import type { Health } from './cluster.ts';
import { warnOfUnusedConsents, type Consents } from './consents.ts';
import { warnOfDeadQueues, withDeadQueues } from './dead-queues.ts';
import { inWordsOfDestroy } from './destroy.ts';
import { warnOfCutDeletes } from './cut-deletes.ts';
import { diff, type Difference } from './diff.ts';
import { withEffects } from './effects.ts';
import { assertExpected, toEnvironment, toExpected } from './expected.ts';
import { guardCarry } from './guard-carry.ts';
import { guardOnward } from './guard-onward.ts';
import { guardRemovals } from './guard-removals.ts';
import { guardConnections, readConnected, withConnections } from './guard-connections.ts';
import { guardUsers, warnOfOwn } from './guard-users.ts';
import { warnOfHistory } from './history.ts';
import { guardHealth } from './health.ts';
import { fixConsents, guard } from './guard.ts';
import { warnOfForgotten } from './forgotten.ts';
import { warnOfLitter } from './litter.ts';
import { warnOfLooseEnds } from './loose-ends.ts';
import { guardOdd } from './odd.ts';
import { order } from './order.ts';
import { Outlook } from './outlook.ts';
import { guardOwnership } from './ownership.ts';
import { withDeclaredVhosts } from './new-vhosts.ts';
import { idOf } from './plan-document.ts';
import type { PlanDocument, Summary } from './plan.generated.ts';
import { warnOfPolicies } from './policy-changes.ts';
import { tieOnRings } from './rings.ts';
import {
  guardHalfRenames,
  guardRenames,
  targetsOf,
  warnOfRenames,
  withCarried,
} from './renames.ts';
import { assertTargets, select, type Selection } from './select.ts';
import {
  beforeOf,
  countSteps,
  hasOwnRequest,
  isOfBinding,
  isReplacement,
  type Plan,
  type Step,
} from './step.ts';
import { guardSuperStreams } from './super-streams.ts';
import { findUndeclaredBindings } from './undeclared-bindings.ts';
import { assertRead } from './unread.ts';
import {
  describeUnfinished,
  guardUnfinished,
  isAnythingOpen,
  warnOfNotMissed,
  type Earlier,
  type Unfinished,
} from './unfinished.ts';

export interface PlanOptions {
  /** The endpoint to show, without credentials. */
  readonly endpoint: string;
  readonly selection: Selection;
  readonly consents: Consents;
  readonly earlier: Earlier;
}

export interface Basis {
  readonly upon: Live;
  readonly unfinished: Unfinished;
  readonly health: Health;
}

/** `upon`: the broker, including everything that is put back first. */
export async function planUpon(
  { upon: found, unfinished, health }: Basis,
  given: Desired,
  reader: Reader,
  options: PlanOptions,
): Promise<Plan> {
  assertExpected(given, found);
  assertRead(given, found);
  const live = withDeclaredVhosts(found, given);
  const desired = withoutUnwritable(given, live);
  const outlook = new Outlook(desired, live);
  const doubts = check(desired, live, outlook);
  assertTargets(options.selection, desired, live);
  const { difference, selected, changes } = findChanges(desired, live, options.selection);
  const counted = [...goingQueues(changes), ...targetsOf(changes, live)];
  const depths = withDeadQueues(await reader.readDepths(counted), counted, health);
  const ordered = order(changes, outlook.now.ways, live.broker.user);
  const connected = await readConnected(ordered, reader);
  const told = withConnections(withDepths(ordered, depths), connected);
  const gap = await readGapOf(ordered, reader);
  const carried = withCarry(told, { live, gap, consents: options.consents });
  const steps = await withEffects(carried.steps, live, reader);
  const summary = {
    ...summarize(steps, difference, desired),
    left_out: difference.changes.length - selected.length,
  };
  const onward = guardOnward(changes, outlook, options.consents);
  const isOwing = isAnythingOpen(unfinished);
  const unfit = guardHealth({ steps, live, health, isOwing }, options.consents);
  const warnings = [
    ...desired.warnings,
    ...inOrder([...doubts, ...warnOfLooseEnds(desired, changes, outlook)], desired),
    ...onward.warnings,
    ...warnOfRenames(changes, desired, live, depths),
    ...warnOfPolicies(changes, live, outlook),
    ...warnOfOwn(desired, live),
    ...warnOfHistory(steps, live),
    ...warnOfDeadQueues(desired.objects.keys(), live, health, steps),
    ...warnOfCutDeletes(desired, live),
    ...warnOfLitter(unfinished.litter),
    ...warnOfForgotten(unfinished.forgotten),
    ...warnOfNotMissed(unfinished),
    ...reader.doubts(),
  ];
  const destroying = desired.destroyed && ({ destroy: true } as const);
  const refused = [
    ...guardOwnership(changes, desired, live),
    ...guardRemovals(changes, desired),
    ...guardHalfRenames(changes, difference.changes, desired, live),
    ...guardRenames(changes, desired.objects, live, depths),
    ...guardOdd(changes, live),
    ...guardSuperStreams(changes, desired, live, options.selection),
    ...guardCircles(steps),
    ...onward.refusals,
    ...guard({ steps, summary, gap, ...destroying }, fixConsents(options.consents, steps)),
    ...guardCarry(carried.carrying, options.consents, live.broker.version),
    ...guardUsers(steps, live, options.consents),
    ...guardConnections(steps, connected, options.consents),
    ...guardUnfinished(unfinished),
    ...unfit.refusals,
  ];
  const refusals = destroying ? refused.map(inWordsOfDestroy) : refused;
  return {
    topo_plan: 1,
    id: idOf({ steps, refusals, summary, ...destroying }),
    ...destroying,
    endpoint: options.endpoint,
    broker: { version: live.broker.version, cluster_name: live.broker.cluster_name },
    files: [...desired.sources.keys()],
    ...(desired.environment && { environment: toEnvironment(desired.environment) }),
    ...(desired.expectations.length > 0 && { expect: toExpected(desired) }),
    vhost: [...desired.vhosts.keys()][0] ?? '/',
    steps,
    refusals,
    unfinished: describeUnfinished(unfinished),
    warnings: [
      ...warnings.map(toWarning),
      ...unfit.warnings,
      ...warnOfUnusedConsents(steps, options.consents),
    ],
    undeclared_bindings: findUndeclaredBindings(desired, live, options.selection),
    gap,
    summary: { ...summary, refused: refusals.length },
  };
}

export function toWarning({ at, ...what }: Problem): PlanDocument['warnings'][number] {
  return at === undefined ? what : { ...what, source: at };
}

/** Diffs, selects, and adds everything that goes along. */
function findChanges(desired: Desired, live: Live, selection: Selection) {
  const difference = diff(desired, live);
  const selected = select(difference.changes, selection);
  const carried = withCarried(selected, desired, live);
  const tied = tieOnRings(carried, desired.objects, live);
  return { difference, selected, changes: cascade(tied, desired.objects, live) };
}

/** After apply: the steps that the broker, read again, still lacks, without those carried along. */
export function findMissing(found: Live, given: Desired, selection: Selection): readonly Step[] {
  const live = withDeclaredVhosts(found, given);
  const desired = withoutUnwritable(given, live);
  const { now } = new Outlook(desired, live);
  const { changes } = findChanges(desired, live, selection);
  const steps = order(changes, now.ways, live.broker.user);
  return steps.filter(hasOwnRequest);
}

function goingQueues(changes: readonly Change[]): LiveQueue[] {
  return changes.flatMap((change) =>
    change.kind !== 'create' && isQueue(change.before) && !change.before.system
      ? [change.before]
      : [],
  );
}

/** Adds the depths of queues to their steps. */
export function withDepths(steps: readonly Step[], depths: ReadonlyMap<Address, Depth>): Step[] {
  return steps.map((step) => {
    const depth = depths.get(step.address);
    return depth === undefined ? step : { ...step, depth };
  });
}

/** How long the gap of a replacement, or of a binding tied to another on a ring, will be. */
export async function readGapOf(
  steps: readonly Step[],
  reader: Reader,
): Promise<PlanDocument['gap']> {
  const bindings = new Set(steps.filter(isOfBinding).map(({ address }) => address));
  const away = steps.filter(
    (step) => isReplacement(step) || (isOfBinding(step) && bindings.has(step.because ?? '')),
  );
  const vhosts = new Set(away.flatMap((step) => beforeOf(step)?.vhost ?? []));
  return vhosts.size === 0 ? 'pipelined' : reader.readGap(vhosts);
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
    vhosts,
  };
}

function vhostsOf({ managed }: Difference, { vhosts, objects }: Desired): Summary['vhosts'] {
  const declared = new Map<string | null, number>();
  for (const { object } of objects.values()) {
    declared.set(object.vhost, (declared.get(object.vhost) ?? 0) + 1);
  }
  const isClusterWide = managed.has(null) || declared.has(null);
  return [...vhosts.keys(), ...(isClusterWide ? [null] : [])].map((name) => ({
    name,
    declared: declared.get(name) ?? 0,
    managed: managed.get(name) ?? 0,
  }));
}
