// Patterns of policies as RabbitMQ reads them: Perl-compatible, over the bytes of a name. Read in JavaScript here, and only
// where it means the same; hung up on after a while, because a pattern may backtrack for ever.
import { createContext, Script } from 'node:vm';
import type { Match } from './policy.ts';

/** With variables of its own: those of a context are slow. */
const script = new Script(
  '((pattern, names, found) => { for (const name of names) found.push(pattern.test(name)); })(pattern, names, found)',
);

/** One answer for each name. `patience`: milliseconds of the processor for all of them together. */
export function matchPattern(pattern: string, names: readonly string[], patience: number): Match[] {
  const compiled = compile(pattern);
  if (compiled === undefined) return names.map(() => 'perhaps');
  const bytes = names.map(bytesOf);
  const found: boolean[] = [];
  const end = processorTime() + patience;
  // A busy machine gives less of its processor than the time that passes.
  for (let left = patience; left >= 1 && found.length < names.length; left = end - processorTime())
    matchFor(left, compiled, bytes, found);
  return names.map((name, n) => {
    if (found[n] === undefined || !isReadAlike(pattern, name)) return 'perhaps';
    return found[n] ? 'yes' : 'no';
  });
}

/** Goes on where `found` ends, for so many milliseconds. */
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

/** Milliseconds that this process has had of it. */
export function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** One character for each byte. */
const bytesOf = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

/** Undefined where JavaScript refuses it, or reads it in another way. */
function compile(pattern: string): RegExp | undefined {
  if (readDifferently.test(pattern)) return undefined;
  // The flag u refuses what it doesn't know, punctuation that needs no backslash too.
  const bytes = bytesOf(pattern).replace(/\\([^A-Za-z0-9])/gs, (_, char: string) => hex(char));
  try {
    return new RegExp(bytes, 'u');
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const hex = (char: string): string => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`;

/** Back references, \c, \k, \p, \u and \v; POSIX classes; and a bracket that is first in a class. */
const readDifferently = /\\[1-9cCkpPuv]|\[:|\[\^?\]/;

/** `.` and `$` differ at the end of a line, and \w, \s and \b in what is a letter or a space beyond ASCII. */
function isReadAlike(pattern: string, name: string): boolean {
  if (/[\r\n]/.test(name)) return false;
  return isAscii(name) || !/\\[bBdDsSwW]/.test(pattern);
}

const isAscii = (text: string): boolean => /^[\x00-\x7f]*$/.test(text);
