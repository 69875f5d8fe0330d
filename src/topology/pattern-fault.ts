// Finds what no Perl-compatible expression may hold, before RabbitMQ refuses it. RabbitMQ compiles
// patterns with PCRE up to Erlang 27, with PCRE2 since 28: only a fault for both is one. What they
// read differently, and what hardly anybody writes, is left to the broker.
import { readClass } from './pattern-class.ts';
import { readToken, type Fault, type Token } from './pattern-token.ts';

export interface PatternFault {
  /** The number of characters before it. */
  readonly at: number;
  /** Such as: the ( has no ). */
  readonly what: string;
}

/** Undefined if the pattern is valid, or if topo can't tell. */
export function patternFault(pattern: string): PatternFault | undefined {
  const fault = faultIn(Buffer.from(pattern, 'utf8').toString('latin1'));
  return fault && { what: fault.what, at: indexOfByte(pattern, fault.at) };
}

/** The character that holds this byte. */
function indexOfByte(text: string, byte: number): number {
  let index = 0;
  let end = 0;
  for (const char of text) {
    end += Buffer.byteLength(char);
    if (end > byte) break;
    index += char.length;
  }
  return index;
}

interface Group {
  readonly at: number;
  readonly isAssertion?: true;
  /** Whether it looks behind, itself or around it. */
  readonly isBehind?: boolean;
}

interface State {
  readonly open: Group[];
  /** What a quantifier would repeat. */
  last: 'item' | 'assertion' | 'nothing';
  captures: number;
  readonly references: { readonly at: number; readonly number: number }[];
}

/** Takes a character for each byte. */
function faultIn(text: string): Fault | undefined {
  const state: State = { open: [], last: 'nothing', captures: 0, references: [] };
  for (let at = 0; at < text.length;) {
    const read = readToken(tokens, state, text, at);
    if (read === 'unsure') return undefined;
    if (typeof read === 'object') return read;
    at = read;
  }
  const unclosed = state.open.at(-1);
  if (unclosed) return { at: unclosed.at, what: 'the ( has no )' };
  const missing = state.references.find(({ number }) => number > state.captures);
  return missing && { at: missing.at, what: `there is no group ${missing.number}` };
}

type Meaning = Token<State>[1];

const fault =
  (what: string): Meaning =>
  (_, at) => ({ at, what });
const unsure: Meaning = () => 'unsure';
const becomes =
  (last: State['last']): Meaning =>
  (state) => {
    state.last = last;
    return undefined;
  };

const tokens: readonly Token<State>[] = [
  [/\\$/y, fault('it ends with a backslash')],
  [/\\c$/y, fault('it ends with \\c')],
  [/\\[LUlu]/y, fault('PCRE has no \\L, \\l, \\U and \\u')],
  [/\\[bBAzZGK]/y, becomes('nothing')],
  [/\\([1-7])(?!\d)/y, refer],
  [/\\(?:x\{[\da-fA-F]{1,2}\}|c[ -~]|[pP]\{\^?\w+\}|0[0-7]{0,2})/y, becomes('item')],
  [/\\[QExcpP\dgkoN]/y, unsure],
  [/\\./sy, becomes('item')],
  [/\[/y, readClassIn],
  // A + after it makes the quantifier before it possessive.
  [/\(\?#[^)]*\)[*+?{]/y, unsure],
  [/\(\?#[^)]*\)/y, () => undefined],
  [/\(\?#/y, fault('the (?# has no )')],
  [/\(\?[imsJU]*(?:-[imsJU]*)?\)/y, becomes('nothing')],
  [/\(\?(?:[imsJU]*(?:-[imsJU]*)?:|[|>])/y, openGroup],
  [/\(\?<?[=!]/y, openAssertion],
  [/\(\?(?:P?<[A-Za-z_]\w{0,30}>|'[A-Za-z_]\w{0,30}')/y, openCapture],
  [/\(\?[\dimsxJUXnarRPC&+\-(^*[<']/y, unsure],
  [/\(\?/y, fault('PCRE has no group of this kind')],
  [/\(\*[:A-Za-z]/y, unsure],
  [/\(/y, openCapture],
  [/\)/y, closeGroup],
  [/[|^$]/y, becomes('nothing')],
  [/(?:([*+])|\?|\{(\d+)(?:(,)(\d*))?\})[+?]?/y, repeat],
  [/\{[\d\s]*,?[\d\s]*\}/y, unsure],
  [/[^]/y, becomes('item')],
];

function refer(state: State, at: number, [, number]: RegExpExecArray): undefined {
  state.references.push({ at, number: Number(number) });
  state.last = 'item';
}

function readClassIn(state: State, at: number, { input }: RegExpExecArray) {
  state.last = 'item';
  return readClass(input, at);
}

function openCapture(state: State, at: number): undefined {
  state.captures++;
  openGroup(state, at);
}

function openGroup(state: State, at: number): undefined {
  open(state, { at, isBehind: state.open.at(-1)?.isBehind === true });
}

function openAssertion(state: State, at: number, [text]: RegExpExecArray): undefined {
  open(state, { at, isAssertion: true, isBehind: text.includes('<') });
}

function open(state: State, group: Group): void {
  state.open.push(group);
  state.last = 'nothing';
}

function closeGroup(state: State, at: number): Fault | undefined {
  const group = state.open.pop();
  if (group === undefined) return { at, what: 'the ) has no (' };
  state.last = group.isAssertion === true ? 'assertion' : 'item';
  return undefined;
}

const mostRepeats = 65_535;

function repeat(state: State, at: number, match: RegExpExecArray): Fault | undefined {
  const [text, unbounded, least, comma, most = ''] = match;
  const { last } = state;
  state.last = 'nothing';
  if (last === 'nothing') return { at, what: `${text} has nothing to repeat` };
  if (Math.max(Number(least ?? 0), Number(most)) > mostRepeats)
    return { at, what: `${text} is more than ${mostRepeats} times` };
  if (most !== '' && Number(most) < Number(least))
    return { at, what: `${text} has its numbers in the wrong order` };
  const isUnbounded = unbounded !== undefined || (comma !== undefined && most === '');
  if (isUnbounded && last === 'item' && state.open.at(-1)?.isBehind === true)
    return { at, what: `${text} is not allowed in a lookbehind, which needs a limited length` };
  return undefined;
}
