// Names from brokers and files may hold any character: show those that a terminal would act on, or
// that are invisible, as escapes.
import { escapeChar, unprintable } from '../topology/json.ts';

const controls = /[\u0000-\u001f]/g;

/**
 * For a terminal: shows control, format, bidi, invisible and line-separating characters as \u001b
 * and the like.
 */
export function escape(text: string): string {
  return text.replace(controls, escapeChar).replace(unprintable, escapeChar);
}
