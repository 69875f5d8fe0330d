// Names come from brokers and files, and may hold anything: what a terminal would act on, and what nobody sees, is shown as an escape.
import { escapeChar, unprintable } from '../topology/json.ts';

const controls = /[\u0000-\u001f]/g;

/** For a terminal: control, format, bidi, invisible and line-separating characters as \u001b and the like. */
export function escape(text: string): string {
  return text.replace(controls, escapeChar).replace(unprintable, escapeChar);
}
