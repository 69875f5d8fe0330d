// The exit code of work that can't be undone, once it has been reported.
import { exit } from './exit.ts';
import type { Terminal } from './terminal.ts';

/**
 * `isTold`: whether every output but stdout was written. Lost output turns success into
 * "unreported"; failures say more than that.
 */
export async function exitOfTold(
  code: number,
  terminal: Terminal,
  { isTold = true }: { isTold?: boolean } = {},
): Promise<number> {
  const isWell = code === exit.done || code === exit.changes;
  if (!isWell || (isTold && (await terminal.isPrinted()))) return code;
  terminal.complain('everything was done, but it could not be reported');
  return exit.unreported;
}
