// What became of a plan: for people, and as JSON for machines.
import type { Loss } from '../reconcile/loss.ts';
import { isLost, type Outcome } from '../reconcile/outcome.ts';
import { isReplacement, objectOf, type Plan, type Step } from '../reconcile/step.ts';
import { count, plural } from '../topology/count.ts';
import { renderJson } from '../topology/json.ts';
import { toFields } from '../topology/normal-form.ts';
import { unreachable } from '../topology/object.ts';
import type { Problem } from '../topology/problem.ts';
import { nameOf, renderSubject } from './describe.ts';
import { escape } from './escape.ts';
import type { Paint } from './paint.ts';
import { symbols } from './plan-text.ts';
import type { driftDocument } from './stale.ts';
import { pastTense } from './words.ts';

/** A run of apply. */
export interface Run {
  readonly plan: Plan;
  /** The addresses of what came back first, as applies that have not ended had taken it away. */
  readonly putBack: readonly string[];
  readonly outcomes: readonly Outcome[];
  /** Steps whose end the broker has not reached, as it was read afterwards; undefined where it could not be read. */
  readonly unreached: readonly Step[] | undefined;
  /** When they were read. */
  readonly readAt: Date | undefined;
  readonly seconds: number;
  /** Whether all is as it was, though something was to be done. */
  readonly isUntouched: boolean;
}

export function renderRunText(run: Run, paint: Paint): string {
  const lost = run.outcomes.filter(isLost);
  const failures = run.outcomes.filter((one) => one.kind !== 'succeeded' && !isLost(one));
  return [
    ...run.outcomes.flatMap((outcome) => renderReceipt(outcome, run.plan)),
    // All of them: nobody else knows them by now.
    ...lost.flatMap((outcome) => renderFailure(outcome, run.plan, paint)),
    ...failures.slice(0, mostShown).flatMap((outcome) => renderFailure(outcome, run.plan, paint)),
    ...(failures.length > mostShown ? [`  … and ${count(failures.length - mostShown)} more`] : []),
    summaryOfRun(run, paint),
  ].join('\n');
}

const mostShown = 50;

/** What went with a queue, as agreed: all of them, as it can't be had back. */
function renderReceipt({ step, kind, loss }: Outcome, { vhost }: Plan): string[] {
  if (kind !== 'succeeded' || loss === undefined || step.kind === 'create') return [];
  const subject = `${symbols[step.kind]} ${objectOf(step).kind} ${escape(nameOf(objectOf(step), vhost))}`;
  return [`${subject}: ${pastTense[step.kind]}, ${describeLoss(loss)}`];
}

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
      return 'and what it held is lost, uncounted';
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

/** As the plan shows it. */
function nameOfStep(address: string, { steps, vhost }: Plan): string {
  const step = steps.find((one) => one.address === address);
  return step ? renderSubject(step, vhost) : address;
}

/** What it takes to make the binding again. */
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
    ...(['create', 'replace', 'delete'] as const).flatMap((kind) => amount(done, kind)),
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

/** Others may change it at any time, so it is said when it was so. */
function convergence({ plan, unreached, readAt }: Run, paint: Paint): string {
  if (unreached === undefined || readAt === undefined) return paint.red('could not be read again');
  const time = readAt.toTimeString().slice(0, 8);
  const isAll = Object.keys(plan.summary.not_planned).length === 0;
  const part = isAll ? '' : ' in exchanges, queues and bindings';
  const what = plan.summary.left_out > 0 ? 'what was chosen' : 'the broker';
  if (unreached.length === 0) return `read again: ${what} matched${part} at ${time}`;
  const first = unreached.slice(0, 5).map(({ address }) => address);
  const more = unreached.length > 5 ? ' …' : '';
  return paint.red(
    `read again at ${time}: ${count(unreached.length)} not as planned: ${first.join(', ')}${more}`,
  );
}

/** What ended a run before anything was written, or by a bug. */
export interface RunError {
  /** Names the kind of error, such as `stale-plan`. */
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  /** All that is wrong with an input. */
  readonly problems?: readonly Problem[];
  /** Of a stale plan: what it saw, and what is there now. */
  readonly changes?: readonly ReturnType<typeof driftDocument>[];
}

/** A run that came to no outcomes, as JSON. */
export function failedRunDocument(error: RunError) {
  const nothing = { plan: null, endpoint: null, seconds: 0, converged: false, read_at: null };
  return {
    topo_run: 1,
    ...nothing,
    refusals: [],
    put_back: [],
    outcomes: [],
    unreached: null,
    error,
  };
}

/** The run as JSON: the plan's id, and for each step what became of it. */
export function runDocument({ plan, putBack, outcomes, unreached, readAt, seconds }: Run) {
  return {
    topo_run: 1,
    plan: plan.id,
    endpoint: plan.endpoint,
    seconds: Number(seconds.toFixed(3)),
    converged: unreached?.length === 0,
    read_at: readAt?.toISOString() ?? null,
    refusals: plan.refusals,
    put_back: putBack,
    outcomes: outcomes.map(outcomeDocument),
    unreached: unreached?.map(({ address }) => address) ?? null,
  };
}

function outcomeDocument(outcome: Outcome) {
  const { step, loss, ...rest } = outcome;
  const subject = objectOf(step);
  return {
    address: step.address,
    object: subject.kind,
    change: step.kind,
    ...rest,
    ...(isLost(outcome) && { lost: toFields(subject) }),
    ...(loss && { lost_messages: loss }),
  };
}
