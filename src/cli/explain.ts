// Turns every error into text on stderr and an exit code, or into an error of a run document.
import { CommanderError } from 'commander';
import { BrokerError } from '../management/broker-error.ts';
import { StalePlan, type Drift } from '../reconcile/drift.ts';
import { WrongEnvironment } from '../reconcile/expected.ts';
import { Locked } from '../reconcile/vhost-lock.ts';
import { escape } from '../report/escape.ts';
import type { RunError } from '../report/outcomes.ts';
import { renderProblems } from '../report/problems.ts';
import { describeDrift, driftDocument } from '../report/stale.ts';
import { count } from '../topology/count.ts';
import { ExpectedError, InvalidInput } from '../topology/problem.ts';
import { exit } from './exit.ts';
import { Interrupted } from './interrupt.ts';
import { NotPutBack } from './not-put-back.ts';
import type { Terminal } from './terminal.ts';

export function explain(error: unknown, terminal: Terminal): number {
  // Commander has printed its own message already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exit.done : exit.input;
  if (error instanceof InvalidInput) {
    terminal.complain(renderProblems(error, terminal.errorPaint));
  } else if (error instanceof ExpectedError) {
    terminal.complain(`${terminal.errorPaint.red('error')}: ${escape(headOf(error))}`);
    if (error instanceof StalePlan) complainOf(error.drifts, terminal);
    if (error.hint !== undefined) terminal.complain(`  hint: ${escape(error.hint)}`);
  } else {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    terminal.complain(text.split('\n').map(escape).join('\n'));
    terminal.complain('this is a bug in topo: please report it, with the lines above');
  }
  return error instanceof Interrupted ? error.exit : kindOf(error).exit;
}

/** Don't repeat what is listed object by object. */
const headOf = (error: ExpectedError): string =>
  error instanceof StalePlan ? 'the plan is stale' : error.message;

const mostDrifts = 50;

function complainOf(drifts: readonly Drift[], terminal: Terminal): void {
  for (const drift of drifts.slice(0, mostDrifts)) {
    terminal.complain(`  ${escape(describeDrift(drift))}`);
  }
  const more = drifts.length - mostDrifts;
  if (more > 0) terminal.complain(`  … and ${count(more)} more (--format json has all)`);
}

/** The same for machines. */
export function toRunError(error: unknown): RunError {
  const message = error instanceof Error ? error.message : String(error);
  const hint = error instanceof ExpectedError ? error.hint : undefined;
  return {
    code: kindOf(error).code,
    message,
    ...(hint !== undefined && { hint }),
    ...(error instanceof InvalidInput && { problems: [...error.problems] }),
    ...(error instanceof StalePlan && { changes: error.drifts.map(driftDocument) }),
  };
}

interface Kind {
  readonly is: (error: unknown) => boolean;
  readonly code: string;
  readonly exit: number;
}

/** The first that fits. */
const kinds: readonly Kind[] = [
  {
    is: (error) => error instanceof WrongEnvironment,
    code: 'wrong-environment',
    exit: exit.refused,
  },
  { is: (error) => error instanceof InvalidInput, code: 'invalid-input', exit: exit.input },
  { is: (error) => error instanceof StalePlan, code: 'stale-plan', exit: exit.stale },
  { is: (error) => error instanceof Locked, code: 'locked', exit: exit.refused },
  { is: (error) => error instanceof Interrupted, code: 'interrupted', exit: exit.interrupted },
  { is: (error) => error instanceof NotPutBack, code: 'not-put-back', exit: exit.partial },
  { is: (error) => error instanceof BrokerError, code: 'broker', exit: exit.error },
  { is: (error) => error instanceof ExpectedError, code: 'error', exit: exit.error },
];
const bug = { code: 'bug', exit: exit.error };

const kindOf = (error: unknown): Pick<Kind, 'code' | 'exit'> =>
  kinds.find(({ is }) => is(error)) ?? bug;
