// Compares what was seen of a definitions file with what its case says.
import type { Ended } from '../cli/call.ts';
import type { Case } from './cases.ts';
import type { Seen } from './see.ts';

/** Everything that is not as the case says. */
export function judge(one: Case, seen: Seen): string[] {
  return one.refused ? judgeRefused(one.refused, seen) : judgeApplied(one, seen);
}

function judgeRefused(row: NonNullable<Case['refused']>, seen: Seen): string[] {
  const { applied, wrote, imported } = seen;
  const { says, exit = 3 } = row;
  const printed = `${applied.out}${applied.err}`;
  return [
    ...unless(applied.code === exit, `apply ends with ${String(applied.code)}: ${printed}`),
    ...unless(printed.includes(says), `apply does not say ${says}: ${printed}`),
    ...wrote.map((line) => `apply wrote ${line}`),
    ...unless(imported.status === row.import, `the import answers ${renderImport(seen)}`),
  ];
}

function judgeApplied({ faulty, differs, stays }: Case, seen: Seen): string[] {
  const { applied, again, imported } = seen;
  return [
    ...ended('apply', applied),
    ...(again ? ended('plan', again) : []),
    ...(stays ? judgeStaying(stays.says, seen) : judgeDestroyed(seen)),
    ...unless(
      imported.status === (faulty?.import ?? 204),
      `the import answers ${renderImport(seen)}`,
    ),
    // What a refused import has made by then is chance.
    ...(faulty ? [] : judgeDifferences(differs, seen)),
  ];
}

function judgeDestroyed({ destroyed, left }: Seen): string[] {
  return [
    ...(destroyed ? ended('destroy', destroyed) : []),
    ...left.map((line) => `destroy leaves ${line}`),
  ];
}

function judgeStaying(says: string, { destroyed, left }: Seen): string[] {
  const { code = 0, out = '' } = destroyed ?? {};
  return [
    ...unless(code === 4 && out.includes(says), `destroy ends with ${String(code)}: ${out}`),
    ...unless(left.length > 0, 'destroy leaves nothing'),
  ];
}

function judgeDifferences(differs: Case['differs'], { only }: Seen): string[] {
  return (['import', 'topo'] as const).flatMap((side) => {
    const expected = differs.flatMap((row) => row[side] ?? []);
    const told = (line: string) => expected.some((text) => line.includes(text));
    const absent = expected.filter((text) => !only[side].some((line) => line.includes(text)));
    return [
      ...only[side].filter((line) => !told(line)).map((line) => `only ${side}: ${line}`),
      ...absent.map((text) => `not only ${side}: ${text}`),
    ];
  });
}

const ended = (verb: string, { code, out, err }: Ended): string[] =>
  unless(code === 0, `${verb} ends with ${String(code)}: ${out}${err}`);
const renderImport = ({ imported }: Seen): string => `${imported.status} ${imported.says}`;
const unless = (holds: boolean, complaint: string): string[] => (holds ? [] : [complaint]);
