// Reports the outcomes of an apply: as text, and as JSON for machines.
import type { Carried } from '../reconcile/broker.ts';
import type { Loss } from '../reconcile/loss.ts';
import type { Doubt } from '../reconcile/doubts.ts';
import { isLost, type Outcome } from '../reconcile/outcome.ts';
import { isReplacement, objectOf, type Plan, type Step } from '../reconcile/step.ts';
import type { Address } from '../topology/address.ts';
import { count, plural } from '../topology/count.ts';
import { renderJson } from '../topology/json.ts';
import { toFields } from '../topology/normal-form.ts';
import { unreachable } from '../topology/object.ts';
import { nameOf, renderSubject } from './describe.ts';
import { escape } from './escape.ts';
import type { Paint } from './paint.ts';
import { symbols } from './plan-text.ts';
import type { RunDocument } from './run.generated.ts';
import { nounOf } from './kinds.ts';
import { pastTense } from './words.ts';

/** One run of apply. */
export interface Run {
  readonly plan: Plan;
  /** The addresses of objects put back first, which unfinished applies had deleted. */
  readonly putBack: readonly string[];
  readonly outcomes: readonly Outcome[];
  /** What --verify=strong found, node by node. */
  readonly nodes?: readonly NodeReading[];
  /** What happened to the cluster meanwhile. */
  readonly doubts: readonly Doubt[];
  /**
   * Steps whose goal the broker had not reached when it was read afterwards; undefined if it could
   * not be read.
   */
  readonly unreached: readonly Step[] | undefined;
  /** When the broker was read. */
  readonly readAt: Date | undefined;
  readonly seconds: number;
  /** Whether nothing changed, though there was something to do. */
  readonly isUntouched: boolean;
}

/** What one node shows. */
export interface NodeReading {
  readonly endpoint?: string;
  /** Undefined if the user may not know it. */
  readonly node?: string;
  /** What is not as planned there. */
  readonly unreached: readonly Address[];
  /** Why it was not read. */
  readonly reason?: string;
}

export const isSameThere = ({ unreached, reason }: NodeReading): boolean =>
  reason === undefined && unreached.length === 0;

export function renderRunText(run: Run, paint: Paint): string {
  const lost = run.outcomes.filter(isLost);
  const failures = run.outcomes.filter((one) => one.kind !== 'succeeded' && !isLost(one));
  return [
    ...run.outcomes.flatMap((outcome) => renderReceipt(outcome, run.plan)),
    // All of them: this is their only trace.
    ...lost.flatMap((outcome) => renderFailure(outcome, run.plan, paint)),
    ...failures.slice(0, mostShown).flatMap((outcome) => renderFailure(outcome, run.plan, paint)),
    ...(failures.length > mostShown ? [`  … and ${count(failures.length - mostShown)} more`] : []),
    ...renderNodes(run, paint),
    ...run.doubts.flatMap((doubt) => renderDoubt(doubt, paint)),
    summaryOfRun(run, paint),
  ].join('\n');
}

const mostShown = 50;

function renderNodes({ nodes = [] }: Run, paint: Paint): string[] {
  const same = nodes.filter(isSameThere);
  const bad = nodes.filter((one) => !isSameThere(one));
  return [
    ...bad.map((one) => paint.red(`  ! ${escape(describeNode(one))}`)),
    ...(same.length === 0 ? [] : [`  read through ${plural(same.length, 'node')}, all as planned`]),
  ];
}

function describeNode({ endpoint, node, reason, unreached }: NodeReading): string {
  const name = node ?? endpoint ?? '';
  if (reason !== undefined) return `${name} was not read: ${reason}`;
  const first = unreached.slice(0, 5).join(', ');
  return `${name}: ${count(unreached.length)} not as planned: ${first}${unreached.length > 5 ? ' …' : ''}`;
}

const renderDoubt = ({ message, hint }: Doubt, paint: Paint): string[] => [
  paint.red(`  ! ${escape(message)}`),
  `      ${escape(hint)}`,
];

/** Names each queue that lost messages with consent, or whose messages were carried over. */
function renderReceipt({ step, kind, loss, carried }: Outcome, { vhost }: Plan): string[] {
  if (kind !== 'succeeded' || step.kind === 'create') return [];
  if (loss === undefined && carried === undefined) return [];
  const subject = `${symbols[step.kind]} ${nounOf(objectOf(step))} ${escape(nameOf(objectOf(step), vhost))}`;
  const what = [
    ...(loss ? [describeLoss(loss)] : []),
    ...(carried ? [describeCarried(carried)] : []),
  ];
  return [`${subject}: ${pastTense[step.kind]}, ${what.join(', ')}`];
}

const describeCarried = ({ messages, flipMilliseconds }: Carried): string =>
  `${plural(messages, 'message')} carried over, bindings changed over in ${Math.ceil(flipMilliseconds)} ms`;

function describeLoss(loss: Loss): string {
  switch (loss.kind) {
    case 'counted': {
      const { ready, unacked = 0 } = loss;
      const held = unacked > 0 ? ` (${count(unacked)} of them unacknowledged just before)` : '';
      return `${plural(ready + unacked, 'message')} lost${held}`;
    }
    case 'counted-before':
      return `${plural(loss.ready + loss.unacked, 'message')} lost, as counted just before`;
    case 'uncounted':
      return 'and its contents are lost, uncounted';
    default:
      return unreachable(loss);
  }
}

function renderFailure(outcome: Outcome, plan: Plan, paint: Paint): string[] {
  const { step } = outcome;
  const subject = escape(renderSubject(step, plan.vhost));
  switch (outcome.kind) {
    case 'failed': {
      const hint = outcome.hint === undefined ? [] : [`      ${escape(outcome.hint)}`];
      const what = isLost(outcome) ? [`      ${escape(renderLost(step))}`] : [];
      const went = outcome.loss === undefined ? [] : [`      ${describeLoss(outcome.loss)}`];
      const line = paint.red(`  ! ${subject}: failed: ${escape(outcome.reason)}`);
      return [line, ...what, ...went, ...hint];
    }
    case 'stale': {
      const hint = outcome.hint === undefined ? [] : [`      ${escape(outcome.hint)}`];
      return [paint.red(`  ! ${subject}: stale: ${escape(outcome.reason)}`), ...hint];
    }
    case 'blocked':
      return [`  ! ${subject}: blocked by ${escape(nameOfStep(outcome.by, plan))}`];
    case 'left':
      return [`  ~ ${subject}: left: ${escape(outcome.reason)}`];
    case 'skipped':
      return [
        `  ! ${subject}: skipped${outcome.reason === undefined ? '' : `: ${escape(outcome.reason)}`}`,
      ];
    default:
      return [];
  }
}

/** Names the object as the plan does. */
function nameOfStep(address: string, { steps, vhost }: Plan): string {
  const step = steps.find((one) => one.address === address);
  return step ? renderSubject(step, vhost) : address;
}

/** Everything that it takes to make the binding again. */
function renderLost(step: Step): string {
  const fields = toFields(objectOf(step));
  const key = renderJson(fields['routing_key']);
  return `${step.address}: routing_key ${key}, arguments ${renderJson(fields.arguments)}`;
}

function summaryOfRun(run: Run, paint: Paint): string {
  const { outcomes, seconds } = run;
  const done = outcomes.filter(({ kind }) => kind === 'succeeded').map(({ step }) => step);
  const parts = [
    ...(run.isUntouched ? ['nothing was written'] : []),
    ...(['create', 'update', 'replace', 'delete'] as const).flatMap((kind) => amount(done, kind)),
    ...(['failed', 'stale', 'blocked', 'skipped', 'left'] as const).flatMap((kind) => {
      const n = outcomes.filter((outcome) => outcome.kind === kind).length;
      return n === 0 ? [] : [`${count(n)} ${kind}`];
    }),
  ];
  const what = parts.length === 0 ? 'nothing to do' : parts.join(', ');
  return `Apply: ${what} in ${seconds.toFixed(1)} s · ${convergence(run, paint)}`;
}

function amount(steps: readonly Step[], kind: Step['kind']): string[] {
  const n = steps.filter(
    (step) => step.kind === kind && (kind !== 'replace' || isReplacement(step)),
  ).length;
  return n === 0 ? [] : [`${count(n)} ${pastTense[kind]}`];
}

/** Names the time, since others may change the broker at any moment. */
function convergence({ plan, unreached, readAt }: Run, paint: Paint): string {
  if (unreached === undefined || readAt === undefined) return paint.red('could not be read again');
  const time = readAt.toTimeString().slice(0, 8);
  const what = plan.summary.left_out > 0 ? 'what was chosen' : 'the broker';
  if (unreached.length === 0) return `read again: ${what} matched at ${time}`;
  const first = unreached.slice(0, 5).map(({ address }) => address);
  const more = unreached.length > 5 ? ' …' : '';
  return paint.red(
    `read again at ${time}: ${count(unreached.length)} not as planned: ${first.join(', ')}${more}`,
  );
}

/** An error before anything was written, or a bug. */
export type RunError = NonNullable<RunDocument['error']>;

/** The JSON of a run without outcomes. */
export function failedRunDocument(error: RunError): RunDocument {
  const nothing = { plan: null, endpoint: null, seconds: 0, converged: false, read_at: null };
  return {
    topo_run: 1,
    ...nothing,
    refusals: [],
    put_back: [],
    outcomes: [],
    doubts: [],
    unreached: null,
    error,
  };
}

/** The JSON of a run: the plan's id, and the outcome of each step. */
export function runDocument(run: Run): RunDocument {
  const { plan, putBack, outcomes, doubts, unreached, readAt, seconds } = run;
  return {
    topo_run: 1,
    plan: plan.id,
    endpoint: plan.endpoint,
    seconds: Number(seconds.toFixed(3)),
    converged: unreached?.length === 0,
    read_at: readAt?.toISOString() ?? null,
    refusals: plan.refusals,
    put_back: [...putBack],
    outcomes: outcomes.map(outcomeDocument),
    ...(run.nodes && { nodes: run.nodes.map(nodeDocument) }),
    doubts: [...doubts],
    unreached: unreached?.map(({ address }) => address) ?? null,
  };
}

function outcomeDocument(outcome: Outcome): RunDocument['outcomes'][number] {
  const { step, loss, carried, ...rest } = outcome;
  const subject = objectOf(step);
  return {
    address: step.address,
    object: subject.kind,
    change: step.kind,
    ...rest,
    ...(isLost(outcome) && { lost: toFields(subject) }),
    ...(loss && { lost_messages: loss }),
    ...(carried && { carried: carriedDocument(carried) }),
  };
}

const nodeDocument = (node: NodeReading) => ({ ...node, unreached: [...node.unreached] });

const carriedDocument = ({ messages, flipMilliseconds }: Carried) => ({
  messages,
  flip_milliseconds: Number(flipMilliseconds.toFixed(1)),
});
