// The words of a command. There is no shell: what only a shell understands is refused instead of handed on as it stands.
import { split } from 'shellwords';
import { ExpectedError } from '../../../topology/problem.ts';

/** The program and its arguments. Throws ExpectedError. */
export function parseCommand(command: string): [program: string, ...args: string[]] {
  const operator = findShellSyntax(command);
  if (operator !== undefined) {
    throw new ExpectedError(`there is no shell here that understands ${operator} in: ${command}`, {
      hint: `write sh -c '…', or put ${operator} in single quotes where it is meant as it stands`,
    });
  }
  const [program, ...args] = splitWords(command);
  if (program === undefined || program === '') {
    throw new ExpectedError('the command is empty', { hint: "write --exec 'python3 train.py'" });
  }
  return [program, ...args];
}

function splitWords(command: string): string[] {
  try {
    // The library drops an empty word at the very end: '' is an argument too.
    return split(`${command} end`).slice(0, -1);
  } catch (cause) {
    throw new ExpectedError(`a quote is not closed in: ${command}`, { cause });
  }
}

/** What a shell would expand or act on: outside of quotes, in double quotes $ and ` only, and a backslash at the end. */
function findShellSyntax(command: string): string | undefined {
  const bare = command
    .replace(/\\[\s\S]/g, '')
    .replace(/'[^']*'|"([^"]*)"/g, (_quoted, text = '') => String(text).replace(/[^$`]/g, ''));
  return /[|&;<>()`$*?[\]{}\n]|(?<=^|\s)[~#]|\\$/.exec(bare)?.[0];
}
