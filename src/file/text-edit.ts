// Edits a text and leaves everything else as it is, byte for byte.

export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Adapts the edits to the line ends of the text. */
export function withLineEndsOf(text: string, edits: readonly Edit[]): readonly Edit[] {
  if (text[text.indexOf('\n') - 1] !== '\r') return edits;
  return edits.map((edit) => ({ ...edit, text: edit.text.replace(/\r?\n/g, '\r\n') }));
}

/** Edits must not overlap; of several at one place, the first comes first. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const sorted = edits.toSorted((a, b) => a.start - b.start || a.end - b.end);
  const parts: string[] = [];
  let done = 0;
  for (const edit of sorted) {
    parts.push(text.slice(done, edit.start), edit.text);
    done = edit.end;
  }
  return parts.join('') + text.slice(done);
}

export function lineStart(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
}

/** The start of the next line, or the end of the text. */
export function nextLine(text: string, offset: number): number {
  const newline = text.indexOf('\n', offset);
  return newline < 0 ? text.length : newline + 1;
}

export function columnOf(text: string, offset: number): number {
  return offset - lineStart(text, offset);
}

/**
 * Inserts whole lines at the start of a line, or at the end of a text without a final line break.
 */
export function insertLines(text: string, at: number, lines: string): Edit {
  const isLineStart = at === 0 || text[at - 1] === '\n';
  return { start: at, end: at, text: isLineStart ? lines : `\n${lines.replace(/\n$/, '')}` };
}
