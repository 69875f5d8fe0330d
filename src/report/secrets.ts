// Finds possible secrets in the text of a file. Uses the text alone, since an invalid file may have
// no structure, and hides too much rather than too little.
import { sections as kindSections } from '../topology/kinds/kinds.ts';

/** Offsets, the end exclusive. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

const secretName =
  /pass|pas+w|pwd|secret|token|credential|(?:\b|_)uris?(?![a-z])|(?:private|access|api|encryption)[-_]?key/i;
/** Fields of a user without secrets; any other may be a misspelled password. */
const harmless = new Set([
  'name',
  'hashing_algorithm',
  'password_file',
  'generate',
  'tags',
  'limits',
  'max-connections',
  'max-channels',
]);
const sections = new Set([
  ...kindSections,
  'variables',
  'manage',
  'protect',
  'outputs',
  'harness',
  'vhosts',
  'users',
  'permissions',
  'topic_permissions',
  'policies',
  'parameters',
  'global_parameters',
]);

/** Matches a name and the characters before its value, a brace, or the end of a line. */
const landmark = /(?<![\w.-])([\w.-]+)(?:["']?([^\S\n]*[:=])|[^\S\n])[^\S\n]*|[{}\n]/g;
const userinfo = /:\/\/([^\s"']{0,4000})@/g;
const nextField = /[\s}\]]*,[\s{"']*[\w.-]+["']?\s*:|\n|$/g;
const beginsField = /^[\s\-{[]*["']?[\w.-]+["']?\s*:/;

/** Returns ordered ranges that don't touch. */
export function secretsIn(text: string): Range[] {
  const found = [...secretValues(text), ...secretsOfUris(text)];
  const merged: Range[] = [];
  for (const range of found.sort((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (last === undefined || range.start > last.end) merged.push(range);
    else merged[merged.length - 1] = { ...last, end: Math.max(last.end, range.end) };
  }
  return merged;
}

/** The same for secrets of any length. */
export const mask = '•••';

/** Replaces each secret by a mask, and keeps the number of lines. */
export function hideSecrets(text: string): string {
  let shown = '';
  let at = 0;
  for (const { start, end } of secretsIn(text)) {
    shown += text.slice(at, start) + mask + text.slice(start, end).replace(/[^\n]+/g, '');
    at = end;
  }
  return shown + text.slice(at);
}

/** Finds passwords before a host. */
function secretsOfUris(text: string): Range[] {
  return [...text.matchAll(userinfo)].map(({ index, 1: found = '' }) => {
    return { start: index + 3, end: index + 3 + found.length };
  });
}

function secretValues(text: string): Range[] {
  const found: Range[] = [];
  let section = '';
  let lineStart = 0;
  let braces = 0;
  for (const { 0: mark, 1: name, 2: colon, index } of text.matchAll(landmark)) {
    const start = index + mark.length;
    if (mark === '\n') [lineStart, braces] = [start, 0];
    else if (name === undefined) braces += mark === '{' ? 1 : -1;
    else if (colon !== undefined && sections.has(name)) section = name;
    else if (isSecret(name, colon !== undefined, section, text.charAt(start)))
      found.push({ start, end: endOfValue(text, start, index - lineStart, braces > 0) });
  }
  return found;
}

function isSecret(name: string, hasColon: boolean, section: string, next: string): boolean {
  if (secretName.test(name)) return hasColon || !/[}\],#]/.test(next);
  if (!hasColon) return false;
  if (section === 'users') return !harmless.has(name);
  return section.endsWith('parameters') && name === 'value' && !/[{[\n]/.test(next);
}

/** `column` is that of the value's name: deeper lines belong to the value. */
function endOfValue(text: string, start: number, column: number, isInBraces: boolean): number {
  const unquoted = endOfQuote(text, start);
  nextField.lastIndex = unquoted;
  const next = nextField.exec(text)?.index ?? text.length;
  if (isInBraces && next < text.length && text[next] !== '\n') return next;
  return endOfLines(text, endOfLine(text, unquoted), column);
}

/** Returns the start if no quote opens there, the end of the text if none closes. */
function endOfQuote(text: string, start: number): number {
  const quote = text.charAt(start);
  if (quote !== '"' && quote !== "'") return start;
  let at = text.indexOf(quote, start + 1);
  while (quote === '"' && at >= 0 && text[at - 1] === '\\') at = text.indexOf(quote, at + 1);
  return at < 0 ? text.length : at + 1;
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

/** Includes the lines on which a value may continue, from the end of its first line on. */
function endOfLines(text: string, from: number, column: number): number {
  let end = from;
  while (end < text.length) {
    const next = endOfLine(text, end + 1);
    const line = text.slice(end + 1, next);
    const isDeeper = line.search(/\S|$/) > column;
    if (line.trim() !== '' && !isDeeper && (beginsField.test(line) || isBrackets(line))) break;
    end = next;
  }
  return end;
}

const isBrackets = (line: string): boolean => /^[\s{}[\],]*$/.test(line);
