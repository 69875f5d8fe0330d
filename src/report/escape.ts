// Names come from brokers and files, and may hold anything: what a terminal would act on is shown as an escape.
import { unprintable } from '../topology/json.ts';

const controls = /[\u0000-\u001f]/g;

/** For a terminal: control, bidi and line-separating characters as \u001b and the like. */
export function escape(text: string): string {
  return text.replace(controls, asEscape).replace(unprintable, asEscape);
}

/** For Markdown, inside a table's cell. */
export function escapeMarkdown(text: string): string {
  return escape(text).replace(/[\\`*_[\]<>|~&]/g, '\\$&');
}

function asEscape(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
