// Renders code frames: the line before a place, the line itself, and a mark below the column. Hides
// secrets.
import type { Position } from '../topology/problem.ts';
import { escape } from './escape.ts';
import type { Paint } from './paint.ts';
import { mask, secretsIn, type Range } from './secrets.ts';

interface Text {
  readonly text: string;
  readonly secrets: readonly Range[];
}

interface Line extends Range {
  readonly number: number;
}

export class Frames {
  readonly #sources: ReadonlyMap<string, string>;
  readonly #paint: Paint;
  readonly #texts = new Map<string, Text>();

  constructor(sources: ReadonlyMap<string, string>, paint: Paint) {
    this.#sources = sources;
    this.#paint = paint;
  }

  /** Cuts long lines around the place. Renders nothing if the text is unknown. */
  render({ file, line, col }: Position): string[] {
    const text = this.#textOf(file);
    if (text === undefined) return [];
    const lines = linesAround(text.text, line);
    const place = (lines.at(-1)?.start ?? 0) + col - 1;
    const before = shown({ start: lines.at(-1)?.start ?? 0, end: outside(place, text) }, text);
    const cut = Math.max(0, before.length - 59);
    const gutter = String(line).length;
    return lines.flatMap((each) => {
      const row = escape(shown(each, text).slice(cut, cut + 100));
      const numbered = `  ${String(each.number).padStart(gutter)} | ${row}`.trimEnd();
      if (each.number !== line) return [this.#paint.dim(numbered)];
      const indent = ' '.repeat(escape(before.slice(cut)).length);
      return [numbered, `  ${' '.repeat(gutter)} | ${indent}${this.#paint.red('^')}`];
    });
  }

  #textOf(file: string): Text | undefined {
    const text = this.#sources.get(file);
    if (text === undefined) return undefined;
    const found = this.#texts.get(file) ?? { text, secrets: secretsIn(text) };
    this.#texts.set(file, found);
    return found;
  }
}

function linesAround(source: string, line: number): Line[] {
  let start = 0;
  const found: Line[] = [];
  for (let number = 1; number <= line; number++) {
    const newline = source.indexOf('\n', start);
    const end = newline === -1 ? source.length : newline;
    if (number >= line - 1) found.push({ number, start, end: withoutReturn(source, start, end) });
    if (newline === -1) break;
    start = newline + 1;
  }
  return found;
}

const withoutReturn = (source: string, start: number, end: number): number =>
  end > start && source[end - 1] === '\r' ? end - 1 : end;

/** Renders a part of a text with a mask in place of each secret. */
function shown({ start, end }: Range, { text, secrets }: Text): string {
  let rendered = '';
  let at = start;
  for (const secret of secrets) {
    if (secret.end <= at || secret.start >= end) continue;
    rendered += text.slice(at, Math.max(at, secret.start)) + mask;
    at = secret.end;
  }
  return rendered + text.slice(at, Math.max(at, end));
}

/** Moves a place inside a secret to the secret's start. */
function outside(place: number, { secrets }: Text): number {
  return secrets.find(({ start, end }) => start < place && place < end)?.start ?? place;
}
