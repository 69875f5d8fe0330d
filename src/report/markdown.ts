// Renders texts in Markdown. On GitHub and its like names could mention people, link or be
// formulas: only code is safe.
import { escape } from './escape.ts';

/**
 * Renders a code span, with a fence longer than any run of backticks inside. Nothing for an empty
 * text.
 */
export function code(text: string): string {
  const content = escape(text);
  if (content === '') return '';
  const runs = [...content.matchAll(/`+/g)].map(([run]) => run.length);
  const fence = '`'.repeat(runs.reduce((longest, run) => Math.max(longest, run), 0) + 1);
  // Markdown strips one space from both ends if both have one.
  const space = /^`|`$|^ .*[^ ].* $/.test(content) ? ' ' : '';
  return `${fence}${space}${content}${space}${fence}`;
}

/** Renders a sentence with names in it: anything but plain words and small numbers becomes code. */
export function sentence(text: string): string {
  const words = text.match(/\(?"(?:[^"\\]|\\.)*"\S*|\S+/g) ?? [];
  return words.map(toWord).join(' ');
}

const plain = /^(?:(?!x-)[A-Za-z]+(?:['-][a-z]+)*|\d{1,6}|\d{1,3}(?:,\d{3})+|[%→])$/;
/** GitHub recognizes a commit by the start of its hash. */
const hashLike = /^[\da-f]{7,}$/i;

function toWord(word: string): string {
  const [, before = '', core = '', after = ''] = /^(\(?)(.*?)([,.;:)]*)$/s.exec(word) ?? [];
  const isPlain = core === '' || (plain.test(core) && !hashLike.test(core));
  return isPlain ? word : `${before}${code(core)}${after}`;
}

/** Renders a table cell: a pipe would end it even inside code. */
export function cell(markdown: string): string {
  return markdown.replace(/\\(?=\|)/g, '\\u005c').replaceAll('|', '\\|');
}
