// Divides an export among files, by the names of objects.
import { matchesGlob } from '../topology/glob.ts';
import { homeOf } from '../topology/identity.ts';
import type { TopologyObject } from '../topology/object.ts';
import { InvalidInput, type Problem } from '../topology/problem.ts';

export interface Split {
  readonly glob: string;
  readonly file: string;
}

export interface Parts<T> {
  readonly byFile: ReadonlyMap<string, readonly T[]>;
  /** Objects that match no pattern. */
  readonly rest: readonly T[];
}

/**
 * Puts each object into the file of the first pattern that matches its name; a binding goes with
 * its home. `exclusive`: patterns of two files may not match the same object. Throws InvalidInput,
 * also for a pattern without objects.
 */
export function splitObjects<T extends TopologyObject>(
  objects: readonly T[],
  splits: readonly Split[],
  { exclusive }: { exclusive: boolean },
): Parts<T> {
  const byFile = new Map(splits.map(({ file }): [string, T[]] => [file, []]));
  const rest: T[] = [];
  const matched = new Map(
    splits.map((split): [Split, 'nothing' | 'taken' | 'some'] => [split, 'nothing']),
  );
  let shared: Problem | undefined;
  for (const object of objects) {
    const { name } = homeOf(object);
    const [first, ...others] = splits.filter(({ glob }) => matchesGlob(glob, name));
    for (const other of others) if (matched.get(other) === 'nothing') matched.set(other, 'taken');
    if (first === undefined) {
      rest.push(object);
      continue;
    }
    matched.set(first, 'some');
    byFile.get(first.file)?.push(object);
    const rival = others.find(({ file }) => file !== first.file);
    if (exclusive && rival) shared ??= ownedTwice(name, first, rival);
  }
  const problems = [
    ...[...matched].flatMap(([{ glob }, what]) => (what === 'some' ? [] : unmatched(glob, what))),
    ...(shared ? [shared] : []),
  ];
  if (problems.length > 0) throw new InvalidInput(problems);
  return { byFile, rest };
}

function unmatched(glob: string, what: 'nothing' | 'taken'): Problem {
  if (what === 'taken') {
    return {
      code: 'no-such-match',
      message: `an earlier --split takes everything that --split ${glob} matches`,
      hint: 'the first match counts: put the narrower pattern before the wider one',
    };
  }
  return {
    code: 'no-such-match',
    message: `--split ${glob} matches nothing live`,
    hint: 'it takes names and patterns, such as orders.*',
  };
}

function ownedTwice(name: string, first: Split, other: Split): Problem {
  return {
    code: 'managed-twice',
    message: `with --manage, ${first.file} (${first.glob}) and ${other.file} (${other.glob}) would both own "${name}"`,
    hint: 'planned alone, each would delete what the other declares: make the patterns exclude each other, or leave --manage out',
  };
}
