// Refuses to plan kinds of objects that the user may not read.
import { count } from '../topology/count.ts';
import type { Desired } from '../topology/desired.ts';
import { allKinds } from '../topology/kinds/kinds.ts';
import type { Live } from '../topology/live.ts';
import type { Kind } from '../topology/object.ts';
import { ExpectedError } from '../topology/problem.ts';
import { kindsOf } from './also.ts';
import { addTagHint, pluralOf, tagFor } from './tags.ts';

/** Throws if the files declare or own objects of a kind that could not be read. */
export function assertRead(desired: Desired, { unread, broker }: Live): void {
  const kinds = kindsOf([desired]);
  const missing = allKinds.filter((kind) => unread.has(kind) && kinds.has(kind));
  if (missing.length === 0) return;
  const named = missing.map((kind) => `${pluralOf(kind)} (${declaredOf(kind, desired)})`);
  const who = typeof broker.user === 'string' ? `user ${broker.user}` : 'the user of the token';
  throw new ExpectedError(`${who} may not read ${named.join(', ')}, which the files need`, {
    hint: addTagHint(broker.user, tagFor(missing, 'read')),
  });
}

function declaredOf(kind: Kind, { objects, destroyed = objects }: Desired): string {
  const n = [...destroyed.values()].filter(({ object }) => object.kind === kind).length;
  return n === 0 ? 'owned' : `${count(n)} declared`;
}
