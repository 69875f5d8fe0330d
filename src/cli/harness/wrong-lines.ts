// Lines of a stream that are no tasks: told one by one, and from some number on no more.
import { escape } from '../../report/escape.ts';
import type { Terminal } from '../terminal.ts';

const mostTold = 20;

export function complainOfLines(
  source: string,
  terminal: Terminal,
): (line: number, problems: readonly string[]) => void {
  let told = 0;
  return (line, problems) => {
    if (++told === mostTold + 1) terminal.complain('… and further lines that are no tasks');
    if (told > mostTold) return;
    const error = terminal.errorPaint.red('error');
    for (const problem of problems) {
      terminal.complain(`${escape(source)}:${line}: ${error}: ${escape(problem)}`);
    }
  };
}
