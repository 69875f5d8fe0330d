// Splits a command into words as a shell does. No shell runs it, so what only a shell understands
// is refused.
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

/** Text in single quotes, text in double quotes, a character after a backslash. */
const quoted = /'([^']*)'|"((?:\\[^]|[^"\\])*)"|\\([^])/g;
const word = new RegExp(`(?:${quoted.source}|[^\\s'"\\\\])+`, 'g');

function splitWords(command: string): string[] {
  const joined = command.replace(quoted, (piece) => (piece === '\\\n' ? '' : piece));
  if (/['"]/.test(joined.replace(word, ''))) {
    throw new ExpectedError(`a quote is not closed in: ${command}`);
  }
  return (joined.match(word) ?? []).map(unquote);
}

const unquote = (word: string): string =>
  word.replace(
    quoted,
    (_, single?: string, double?: string, escaped = '') =>
      single ?? double?.replace(/\\(["\\$`])|\\\n/g, '$1') ?? String(escaped),
  );

/** Finds what a shell would expand or act on. Within double quotes, that is $ and ` only. */
function findShellSyntax(command: string): string | undefined {
  const bare = command.replace(quoted, (_, _single, double = '') =>
    String(double).replace(/\\[^]|[^$`]/g, ''),
  );
  return /[|&;<>()`$*?[\]{}\n]|(?<=^|\s)[~#]|\\$/.exec(bare)?.[0];
}
