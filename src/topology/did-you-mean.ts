// Finds the known name closest to a misspelled one.
import { distance } from 'fastest-levenshtein';

/** Limits that keep the search fast. */
const mostCandidates = 1000;
const longestWord = 100;

export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length > longestWord) return undefined;
  let best: string | undefined;
  let least = Math.max(1, Math.floor(word.length / 3)) + 1;
  let seen = 0;
  for (const name of candidates) {
    if (++seen > mostCandidates) return best;
    const away = distance(word, name);
    if (away < least) [best, least] = [name, away];
  }
  return best;
}
