// What must hold at the end of a run: every confirmed task has exactly one counted fate, and it is
// the right one.
import type { Fate, Ledger } from './ledger.ts';

export function violationsOf(
  expected: ReadonlyMap<string, Fate>,
  { results, dead }: Ledger,
): string[] {
  const all = [...expected];
  const trains = all.flatMap(([id, fate]) => (fate === 'result' ? [id] : []));
  const poison = all.flatMap(([id, fate]) => (fate === 'dead_letter' ? [id] : []));
  return [
    say(
      'tasks lost: confirmed, and without a result',
      trains.filter((id) => !results.has(id) && !dead.has(id)),
    ),
    say(
      'poison tasks lost: confirmed, and without a dead letter',
      poison.filter((id) => !dead.has(id)),
    ),
    say(
      'tasks dead-lettered that nothing was wrong with',
      trains.filter((id) => dead.has(id)),
    ),
    say(
      'poison tasks with a result',
      poison.filter((id) => results.has(id)),
    ),
    say('results of tasks that nobody published', strangers(results)),
    say('dead letters of tasks that nobody published', strangers(dead)),
  ].flat();

  function strangers(counts: ReadonlyMap<string, number>): string[] {
    return [...counts.keys()].filter((id) => !expected.has(id));
  }
}

function say(what: string, ids: readonly string[]): string[] {
  if (ids.length === 0) return [];
  const more = ids.length > 5 ? ' …' : '';
  return [`${ids.length} ${what}: ${ids.slice(0, 5).join(', ')}${more}`];
}
