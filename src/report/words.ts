// Kinds of objects and of changes in words.
import { count } from '../topology/count.ts';

export const pastTense = { create: 'created', replace: 'replaced', delete: 'deleted' } as const;

/** How many there are of each kind: `1 user, 2 policies`. */
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
