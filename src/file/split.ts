// Cuts a large file into pieces to read one by one, in half the time and a tenth of the memory.
// Cuts only where YAML's indentation leaves no doubt: between entries of a top-level block list.
import { entrySections, type EntrySection } from './entry-sections.ts';

export interface Piece {
  readonly section: EntrySection;
  /** A part of the text, and where it starts: some entries of the section's list. */
  readonly start: number;
  readonly end: number;
}

/** An entry of a list, and where its text stands. */
export interface Entry {
  readonly value: unknown;
  readonly start: number;
  readonly end: number;
}

export interface Pieces {
  /** The text with blanks in place of the pieces, so that offsets stay. */
  readonly rest: string;
  readonly pieces: readonly Piece[];
}

/** Entries in a piece: few enough to be freed before the garbage collector has to move them. */
const entriesPerPiece = 30;
const heading = new RegExp(`^(${entrySections.join('|')}):[ \\t]*(?:#.*)?\\r?\\n`, 'gm');
const blockMap = /^(?:[ \t]*(?:#.*)?\r?\n|---[ \t]*\r?\n)*[\w-]+:[ \t\r\n]/;

export function splitEntries(text: string): Pieces | undefined {
  if (!blockMap.test(text)) return undefined;
  const pieces: Piece[] = [];
  const rest: string[] = [];
  let kept = 0;
  for (const match of text.matchAll(heading)) {
    const start = match.index + match[0].length;
    const found = cut(text, start, match[1] as EntrySection);
    if (found === undefined) return undefined;
    const end = found.at(-1)?.end ?? start;
    pieces.push(...found);
    rest.push(text.slice(kept, start), blank(end - start));
    kept = end;
  }
  return { rest: rest.join('') + text.slice(kept), pieces };
}

function blank(length: number): string {
  return length === 0 ? '' : `${' '.repeat(length - 1)}\n`;
}

/** The entries from `start` to the next top-level line; undefined if anything else follows them. */
function cut(text: string, start: number, section: EntrySection): Piece[] | undefined {
  const pieces: Piece[] = [];
  let entries = 0;
  let pieceStart = start;
  let dash: number | undefined;
  let position = start;
  while (position < text.length) {
    const line = lineAt(text, position);
    if (line.kind !== 'blank') {
      const opens = line.kind === 'entry' && line.indent === (dash ?? line.indent);
      if (!opens && (dash === undefined || line.indent <= dash)) {
        if (line.indent > 0) return undefined;
        break;
      }
      dash ??= line.indent;
      if (opens && ++entries % entriesPerPiece === 0) {
        pieces.push({ section, start: pieceStart, end: position });
        pieceStart = position;
      }
    }
    position = line.end;
  }
  if (dash !== undefined) pieces.push({ section, start: pieceStart, end: position });
  return pieces;
}

interface Line {
  readonly kind: 'blank' | 'entry' | 'other';
  readonly indent: number;
  readonly end: number;
}

function lineAt(text: string, start: number): Line {
  let at = start;
  while (text[at] === ' ') at++;
  const newline = text.indexOf('\n', at);
  const end = newline < 0 ? text.length : newline + 1;
  return { kind: kindAt(text, at), indent: at - start, end };
}

function kindAt(text: string, at: number): Line['kind'] {
  switch (text[at]) {
    case undefined:
    case '#':
    case '\n':
    case '\r':
      return 'blank';
    case '-':
      return isBreak(text[at + 1]) ? 'entry' : 'other';
    default:
      return 'other';
  }
}

const isBreak = (char: string | undefined): boolean =>
  char === undefined || char === ' ' || char === '\n' || char === '\r';
