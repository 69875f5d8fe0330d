// Names kinds of objects and changes.
import { count } from '../topology/count.ts';

export const pastTense = { create: 'created', replace: 'replaced', delete: 'deleted' } as const;

/** Counts each kind, such as `1 user, 2 policies`. */
export function renderKinds(kinds: Iterable<[string, number]>): string {
  return [...kinds]
    .filter(([, entries]) => entries > 0)
    .map(([kind, entries]) => `${count(entries)} ${nounOf(kind, entries)}`)
    .join(', ');
}

function nounOf(kinds: string, entries: number): string {
  const words = kinds.replaceAll('_', ' ');
  return entries === 1 ? words.replace(/ies$/, 'y').replace(/s$/, '') : words;
}
