// The exit code of what was done and can't be taken back, once it was told.
import { exit } from './exit.ts';
import type { Terminal } from './terminal.ts';

/** `isTold`: whether all else than stdout got its words. Some codes say that all went well; the others say more than that words are lost. */
export async function exitOfTold(
  code: number,
  terminal: Terminal,
  { isTold = true }: { isTold?: boolean } = {},
): Promise<number> {
  const isWell = code === exit.done || code === exit.changes;
  if (!isWell || (isTold && (await terminal.isPrinted()))) return code;
  terminal.complain('all was done, but it could not be reported');
  return exit.unreported;
}
