// Reads character classes of Perl-compatible expressions, such as [a-z].
import { readToken, type Fault, type Token } from './pattern-token.ts';

/** Takes the place of the [. Returns where the class ends. */
export function readClass(text: string, start: number): number | Fault | 'unsure' {
  const state = { end: undefined };
  let at = readToken(opening, state, text, start);
  while (typeof at === 'number' && at < text.length) {
    const isLast = text[at] === ']';
    if (isLast) return at + 1;
    at = readToken(items, state, text, at);
  }
  return typeof at === 'number' ? { at: start, what: 'the [ has no ]' } : at;
}

type ClassToken = Token<unknown>;

const unsure = () => 'unsure' as const;
const goOn = () => undefined;

/** A ] that comes first belongs to the class. */
const opening: readonly ClassToken[] = [
  [/\[:\^?[a-z]*:\]/y, (_, at) => ({ at, what: '[:…:] stands only inside of [ and ]' })],
  [/\[[:.=]|\[\^?\]-/y, unsure],
  [/\[\^?\]?/y, goOn],
];

/** A hyphen after anything but a plain character may be part of a range, or stand for itself. */
const items: readonly ClassToken[] = [
  [/\\[QEc]|\\.-|\[-/sy, unsure],
  [/\\./sy, goOn],
  [/\[:\^?([a-z]*):\]/y, posixClass],
  [/\[[:.=]/y, unsure],
  [/([^\\[\]])-([^\\[\]])/y, range],
  [/[^\\\]]/y, goOn],
  // A backslash that ends the pattern.
  [/\\/y, goOn],
];

const posixClasses: ReadonlySet<string> = new Set(
  'alnum alpha ascii blank cntrl digit graph lower print punct space upper word xdigit'.split(' '),
);

function posixClass(_: unknown, at: number, [text, name = '']: RegExpExecArray) {
  if (posixClasses.has(name)) return undefined;
  return { at, what: `PCRE has no class ${text}` };
}

function range(_: unknown, at: number, [text, first = '', last = '']: RegExpExecArray) {
  if (first <= last) return undefined;
  const isAscii = /^[\x00-\x7f]*$/.test(text);
  const what = isAscii ? `the range ${text}` : 'a range of bytes, as RabbitMQ reads it,';
  return { at, what: `${what} is in the wrong order` };
}
