// Matches policy patterns as RabbitMQ does: Perl-compatible, over the bytes of a name. Uses
// JavaScript, only where both agree, and with a time limit, as a pattern may backtrack forever.
import { createContext, Script } from 'node:vm';
import type { Match } from './policy.ts';

/** Uses local variables: those of a context are slow. */
const script = new Script(
  '((pattern, names, found) => { for (const name of names) found.push(pattern.test(name)); })(pattern, names, found)',
);

/** Returns an answer for each name. `patience`: milliseconds of CPU time for all names together. */
export function matchPattern(pattern: string, names: readonly string[], patience: number): Match[] {
  const compiled = compile(pattern);
  if (compiled === undefined) return names.map(() => 'perhaps');
  const bytes = names.map(bytesOf);
  const found: boolean[] = [];
  const end = processorTime() + patience;
  // On a busy machine, less CPU time passes than wall-clock time.
  for (let left = patience; left >= 1 && found.length < names.length; left = end - processorTime())
    matchFor(left, compiled, bytes, found);
  return names.map((name, n) => {
    if (found[n] === undefined || !isReadAlike(pattern, name)) return 'perhaps';
    return found[n] ? 'yes' : 'no';
  });
}

/** Continues after the last answer in `found`, for at most this long. */
function matchFor(
  milliseconds: number,
  pattern: RegExp,
  bytes: readonly string[],
  found: boolean[],
): void {
  const context = createContext({ pattern, names: bytes.slice(found.length), found });
  try {
    script.runInContext(context, { timeout: Math.round(milliseconds) });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
  }
}

/** The CPU time of this process in milliseconds. */
export function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** Turns each byte into a character. */
const bytesOf = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

/** Undefined if JavaScript refuses the pattern, or reads it differently. */
function compile(pattern: string): RegExp | undefined {
  if (readDifferently.test(pattern)) return undefined;
  // The flag u refuses needless backslashes, even before punctuation.
  const bytes = bytesOf(pattern).replace(/\\([^A-Za-z0-9])/gs, (_, char: string) => hex(char));
  try {
    return new RegExp(bytes, 'u');
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const hex = (char: string): string => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`;

/**
 * Back references, \c, \k, \p, \u and \v; POSIX classes; and a bracket that comes first in a class.
 */
const readDifferently = /\\[1-9cCkpPuv]|\[:|\[\^?\]/;

/** The two differ in `.` and `$` at line ends, and in \w, \s and \b beyond ASCII. */
function isReadAlike(pattern: string, name: string): boolean {
  if (/[\r\n]/.test(name)) return false;
  return isAscii(name) || !/\\[bBdDsSwW]/.test(pattern);
}

const isAscii = (text: string): boolean => /^[\x00-\x7f]*$/.test(text);
