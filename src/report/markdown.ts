// Texts in Markdown. On GitHub and its like, names could mention people, link, or be formulas: only in code they are nothing but text.
import { escape } from './escape.ts';

/** One span of code, with a fence longer than any run of backticks in it. Nothing for an empty text. */
export function code(text: string): string {
  const content = escape(text);
  if (content === '') return '';
  const runs = [...content.matchAll(/`+/g)].map(([run]) => run.length);
  const fence = '`'.repeat(runs.reduce((longest, run) => Math.max(longest, run), 0) + 1);
  // One space is taken off either end, where there are two.
  const space = /^`|`$|^ .*[^ ].* $/.test(content) ? ' ' : '';
  return `${fence}${space}${content}${space}${fence}`;
}

/** A sentence with names in it: what is more than a plain word or a small number is code. */
export function sentence(text: string): string {
  const words = text.match(/\(?"(?:[^"\\]|\\.)*"\S*|\S+/g) ?? [];
  return words.map(toWord).join(' ');
}

const plain = /^(?:(?!x-)[A-Za-z]+(?:['-][a-z]+)*|\d{1,6}|\d{1,3}(?:,\d{3})+|[%→])$/;
/** A commit is known by the start of its hash. */
const hashLike = /^[\da-f]{7,}$/i;

function toWord(word: string): string {
  const [, before = '', core = '', after = ''] = /^(\(?)(.*?)([,.;:)]*)$/s.exec(word) ?? [];
  const isPlain = core === '' || (plain.test(core) && !hashLike.test(core));
  return isPlain ? word : `${before}${code(core)}${after}`;
}

/** What stands in a cell of a table, where a pipe would end the cell even in code. */
export function cell(markdown: string): string {
  return markdown.replace(/\\(?=\|)/g, '\\u005c').replaceAll('|', '\\|');
}
