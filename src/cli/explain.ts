// Turns every error into text on stderr and an exit code.
import { CommanderError } from 'commander';
import { StalePlan } from '../reconcile/stale-plan.ts';
import { escape } from '../report/escape.ts';
import { renderProblems } from '../report/problems.ts';
import { ExpectedError, InvalidInput } from '../topology/problem.ts';
import { exit } from './exit.ts';
import { Interrupted } from './interrupt.ts';
import type { Terminal } from './terminal.ts';

export function explain(error: unknown, terminal: Terminal): number {
  // Commander has printed its own words already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exit.done : exit.input;
  if (error instanceof InvalidInput) {
    terminal.complain(renderProblems(error, terminal.errorPaint));
  } else if (error instanceof ExpectedError) {
    terminal.complain(`${terminal.errorPaint.red('error')}: ${escape(error.message)}`);
    if (error.hint !== undefined) terminal.complain(`  hint: ${escape(error.hint)}`);
  } else {
    terminal.complain(error instanceof Error ? (error.stack ?? error.message) : String(error));
    terminal.complain('this is a bug in topo');
  }
  return exitOf(error);
}

function exitOf(error: unknown): number {
  if (error instanceof InvalidInput) return exit.input;
  if (error instanceof StalePlan) return exit.stale;
  return error instanceof Interrupted ? exit.interrupted : exit.error;
}
