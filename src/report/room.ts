// What fits where there is not room for all.
import type { Row } from './row.ts';

/** Characters of lines, with what ends each. */
export const lengthOf = (lines: readonly string[]): number =>
  lines.reduce((sum, line) => sum + line.length + 1, 0);

/** As many of the first lines as fit. */
export function fit(lines: readonly string[], room: number): readonly string[] {
  let left = room;
  const end = lines.findIndex((line) => (left -= line.length + 1) < 0);
  return end < 0 ? lines : lines.slice(0, end);
}

interface Line {
  readonly row: Row;
  readonly text: string;
}

/** What matters most comes first, and is shown in its place among the others. */
export function chooseRows(
  lines: readonly Line[],
  room: number,
): { readonly shown: readonly string[]; readonly left: readonly Row[] } {
  const byWeight = [...lines].sort((a, b) => weightOf(a.row) - weightOf(b.row));
  let left = room;
  const chosen = new Set(byWeight.filter(({ text }) => (left -= text.length + 1) >= 0));
  return {
    shown: lines.filter((line) => chosen.has(line)).map(({ text }) => text),
    left: lines.filter((line) => !chosen.has(line)).map(({ row }) => row),
  };
}

/** Many at once, then what is refused, what goes, what is replaced. */
function weightOf({ steps, change, refusal }: Row): number {
  if (steps > 1) return 0;
  if (refusal !== undefined) return 1;
  return { delete: 2, replace: 3, create: 4 }[change];
}
