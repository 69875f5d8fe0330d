// Names what is left out of a file: some of them by name, the others by number.
import { count } from '../topology/count.ts';

const most = 10;

export function namesOf(what: string, names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const shown = names.slice(0, most).join(', ');
  const more = names.length - most;
  return [`${what}: ${shown}${more > 0 ? ` and ${count(more)} more` : ''}`];
}
