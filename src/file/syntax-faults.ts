// Turns the yaml package's errors into our words: one for each mistake, not for each symptom.
import { Lexer, type YAMLError } from 'yaml';
import type { Fault } from './source.ts';

export const maxDepth = 64;

export function depthFault(offset: number): Fault {
  return {
    code: 'too-deep',
    message: `nested more than ${maxDepth} levels deep`,
    hint: 'a topology needs no more than 10',
    offset,
  };
}

/** Any more are symptoms of the first. */
const mostTold = 100;

/** The first error of each line, without those that only say that the parser lost track. */
export function syntaxFaults(text: string, errors: readonly YAMLError[]): Fault[] {
  const lines = new Set<number>();
  const roots = errors.filter(
    (error, index) => error.code !== 'TAG_RESOLVE_FAILED' && (index === 0 || !isSymptom(error)),
  );
  const told = roots.filter((error) => {
    const lineStart = text.lastIndexOf('\n', error.pos[0] - 1);
    return lines.size < mostTold && lines.size < lines.add(lineStart).size;
  });
  const quotes = told.some(isUnclosed) ? quotesIn(text) : [];
  return told.map((error) => toFault(text, error, quotes));
}

function isSymptom(error: YAMLError): boolean {
  return /in YAML stream|^Unexpected empty item/.test(error.message);
}

function isUnclosed(error: YAMLError): boolean {
  return error.message.startsWith('Missing closing');
}

function toFault(text: string, error: YAMLError, quotes: readonly number[]): Fault {
  const offset = afterSpaces(text, Math.min(error.pos[0], text.length));
  if (text.slice(offset - 1, offset + 1) === '${') return unquotedExpression(offset - 1);
  if (isUnclosed(error)) return unclosedQuote(quotes.findLast((at) => at <= offset) ?? offset);
  const hint = hints[error.code];
  return { code: 'yaml-syntax', message: plain(error.message), ...(hint && { hint }), offset };
}

const hints: Partial<Record<YAMLError['code'], string>> = {
  TAB_AS_INDENT: 'indent with spaces',
  MISSING_CHAR: 'check the indentation, and look for a missing colon, comma, dash or space',
  BAD_SCALAR_START: 'put the value in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'put a value that holds ": " in quotes, or start a new line',
  MULTILINE_IMPLICIT_KEY: 'write a space after the colon: name: value',
  BAD_INDENT: 'indent fields of the same entry alike, and close every bracket',
  UNEXPECTED_TOKEN: 'check the quotes, brackets and colons before this place',
  BAD_ALIAS: 'quote text that begins with * or &',
  BAD_DQ_ESCAPE: 'write \\\\ for a backslash, or use single quotes',
};

function afterSpaces(text: string, offset: number): number {
  let at = offset;
  while (text[at] === ' ') at++;
  return at;
}

export const tagFault = (offset: number): Fault => ({
  code: 'yaml-tag',
  message: 'YAML tags are not supported',
  hint: 'remove the tag; a quoted value is a string',
  offset,
});

const unquotedExpression = (offset: number): Fault => ({
  code: 'unquoted-expression',
  message: 'quote expressions inside { } and [ ]: YAML takes the brace for a map',
  hint: "quote the value, as in { n: '1..${workers}' }",
  offset,
});

/** The parser notices at the end of the text; people want to know where the quote opens. */
const unclosedQuote = (offset: number): Fault => ({
  code: 'yaml-syntax',
  message: 'the quote that opens here is never closed',
  hint: 'close it, or indent the lines that it continues on',
  offset,
});

/** Where quoted scalars begin. */
function quotesIn(text: string): number[] {
  const quotes: number[] = [];
  let offset = 0;
  for (const lexeme of new Lexer().lex(text)) {
    if (lexeme.startsWith('"') || lexeme.startsWith("'")) quotes.push(offset);
    if (!invisible.has(lexeme)) offset += lexeme.length;
  }
  return quotes;
}

/** Lexemes without text: the start of a document and of a scalar, the end of a broken bracket. */
const invisible = new Set(['\u0002', '\u001f', '\u0018']);

/** Without the text in question: the code frame shows it, unless it may be secret. */
function plain(message: string): string {
  const text = message
    .replace(/^./, (char) => char.toLowerCase())
    .replace(/(in YAML stream): "(?![[\]{},]"$).*$/s, '$1');
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
