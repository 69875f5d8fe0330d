// Finds what must be read beside what every plan needs: the kinds and vhosts that the files name.
import type { Desired } from '../topology/desired.ts';
import { allKinds } from '../topology/kinds/kinds.ts';
import type { Kind } from '../topology/object.ts';
import type { Also } from './broker.ts';
import { pluginsNeeded } from './check-plugins.ts';
import { objectOf, type Plan } from './step.ts';

/** The first one is planned; the others are only looked at. */
export function alsoFor(files: readonly Desired[]): Also {
  const kinds = kindsOf(files);
  // Permissions need their users.
  if (kinds.has('permission') || kinds.has('topic_permission')) kinds.add('user');
  // They go with their user.
  for (const kind of ['permission', 'topic_permission'] as const)
    if (kinds.has('user') && isProtectedIn(files, kind)) kinds.add(kind);
  const vhosts = ownedBy(files).flatMap(({ vhost = [] }) => vhost);
  const [planned] = files;
  return {
    kinds,
    vhosts,
    ...(planned && { pluginsFor: (found) => pluginsNeeded(planned, found) }),
  };
}

/** The kinds that the files declare or own. */
export function kindsOf(files: readonly Desired[]): Set<Kind> {
  const kinds = new Set<Kind>();
  for (const { objects, destroyed } of files)
    for (const { object } of [...objects.values(), ...(destroyed?.values() ?? [])])
      kinds.add(object.kind);
  const owned = ownedBy(files);
  for (const kind of allKinds) {
    if (kind !== 'binding' && owned.some((patterns) => patterns[kind]?.length)) kinds.add(kind);
  }
  return kinds;
}

const isProtectedIn = (files: readonly Desired[], kind: 'permission' | 'topic_permission') =>
  files.some(({ scopes }) => scopes.some(({ protect }) => protect[kind]?.length));

const ownedBy = (files: readonly Desired[]) =>
  files.flatMap(({ scopes }) => scopes.flatMap(({ manage }) => (manage === 'all' ? [] : manage)));

/** The same for a saved plan. */
export const alsoForSaved = ({ steps }: Plan): Also => ({
  kinds: new Set(steps.map((step) => objectOf(step).kind)),
  vhosts: [],
});
