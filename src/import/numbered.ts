// Takes names that differ in a number only for instances of one thing, as a loop makes them.
import type { Instance } from './entry.ts';

/** `kind`: what else they must share. Undefined for a name without a number. */
export function numberedInstance(
  kind: readonly (string | number)[],
  name: string,
): Instance | undefined {
  const [, before, number, after] = /^(.*?)(\d{1,9})(\D*)$/.exec(name) ?? [];
  if (number === undefined) return undefined;
  return { group: JSON.stringify([...kind, before, after]), keys: new Map([['', Number(number)]]) };
}
