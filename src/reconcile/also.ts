// Finds what must be read beside what every plan needs: the kinds and vhosts that the files name.
import type { Desired } from '../topology/desired.ts';
import { allKinds } from '../topology/kinds/kinds.ts';
import type { Kind } from '../topology/object.ts';
import type { Also } from './broker.ts';
import { objectOf, type Plan } from './step.ts';

export function alsoFor(files: readonly Desired[]): Also {
  const kinds = new Set<Kind>();
  for (const { objects, destroyed } of files)
    for (const { object } of [...objects.values(), ...(destroyed?.values() ?? [])])
      kinds.add(object.kind);
  const owned = files.flatMap(({ scopes }) =>
    scopes.flatMap(({ manage }) => (manage === 'all' ? [] : manage)),
  );
  for (const kind of allKinds) {
    if (kind !== 'binding' && owned.some((patterns) => patterns[kind]?.length)) kinds.add(kind);
  }
  return { kinds, vhosts: owned.flatMap(({ vhost = [] }) => vhost) };
}

/** The same for a saved plan. */
export const alsoForSaved = ({ steps }: Plan): Also => ({
  kinds: new Set(steps.map((step) => objectOf(step).kind)),
  vhosts: [],
});
