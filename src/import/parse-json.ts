// Parses unchecked JSON; errors repeat none of its content.
import { parseJson } from '../topology/json.ts';
import { count } from '../topology/count.ts';
import { Misshapen } from './shape.ts';

/** Deeper than any tool writes, and far from what a parser's stack allows. */
const deepest = 256;

/** Numbers stay exact. Throws Misshapen. */
export function parseUntrusted(text: string, what: string): unknown {
  if (depthOf(text) > deepest)
    throw new Misshapen(`${what} is nested more than ${count(deepest)} levels deep`);
  try {
    return parseJson(text.replace(/^\uFEFF/, ''));
  } catch {
    // The parser's own message repeats a part of the text, which may be a secret.
    throw new Misshapen(`${what} is not JSON`);
  }
}

/** How deep the brackets outside of strings are nested. */
function depthOf(text: string): number {
  let depth = 0;
  let most = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"?|[[\]{}]/gs)) {
    if (token === '{' || token === '[') most = Math.max(most, ++depth);
    else if (token === '}' || token === ']') depth--;
  }
  return most;
}
