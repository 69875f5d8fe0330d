// HTML as a tagged template: what is put in is escaped, unless it is HTML already.
import { escapeChar, unprintable } from '../../topology/json.ts';

export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Part = string | number | undefined | Html | readonly Html[];

export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(strings.map((string, n) => string + renderPart(parts[n])).join(''));
}

function renderPart(part: Part): string {
  if (part === undefined) return '';
  if (typeof part === 'number') return String(part);
  if (typeof part === 'string') return escapeHtml(part);
  if (part instanceof Html) return part.text;
  return part.map(({ text }) => text).join('');
}

const controls = /[\u0000-\u001f]/g;
const marks = /[&<>"'`]/g;

/**
 * For text and quoted attributes; characters that would change what is seen are shown as \u001b and
 * the like.
 */
function escapeHtml(text: string): string {
  return text
    .replace(marks, (char) => `&#${char.charCodeAt(0)};`)
    .replace(controls, escapeChar)
    .replace(unprintable, escapeChar);
}
