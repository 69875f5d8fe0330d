// Renders values in messages: quoted, escaped, and cut if long.
import { renderJson } from './json.ts';
import { Float, renderNumber } from './value.ts';

const longest = 80;

export function quote(text: string): string {
  return renderJson(cut(text));
}

export const cut = (text: string): string =>
  text.length > longest ? `${text.slice(0, longest)}…` : text;

/** Such as: the string "yes", the number 5, a list. */
export function renderKind(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (value === null) return 'null';
  if (value instanceof Float) return `the number ${renderNumber(value)}`;
  switch (typeof value) {
    case 'string':
      return `the string ${quote(value)}`;
    case 'number':
    case 'bigint':
      return `the number ${value}`;
    case 'boolean':
      return String(value);
    default:
      return 'a map';
  }
}

/** Such as: a, b or c. */
export function oneOf(names: readonly string[]): string {
  if (names.length < 2) return names.join('');
  return `${names.slice(0, -1).join(', ')} or ${names.at(-1) ?? ''}`;
}

/** Writes a text as a binary of Erlang. */
export const erlangBinary = (text: string): string =>
  `<<"${text.replace(/[\\"]/g, '\\$&').replace(/\p{C}/gu, escapeErlang)}"/utf8>>`;

const escapeErlang = (character: string): string =>
  `\\x{${character.codePointAt(0)?.toString(16) ?? ''}}`;

/** Quotes a text as one word of a shell command. */
export function shellWord(text: string): string {
  return /^[\w@%+:,./][\w@%+=:,./-]*$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
