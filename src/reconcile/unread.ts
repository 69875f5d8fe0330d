// Refuses to plan kinds of objects that the user may not read.
import { count, plural } from '../topology/count.ts';
import type { Desired } from '../topology/desired.ts';
import { addTag } from '../topology/grant.ts';
import { allKinds } from '../topology/kinds/kinds.ts';
import type { Live } from '../topology/live.ts';
import type { Kind } from '../topology/object.ts';
import { ExpectedError } from '../topology/problem.ts';
import { alsoFor } from './also.ts';

/** The tag that a user needs to read a kind; management for all others. */
const tags: Readonly<Partial<Record<Kind, string>>> = {
  user: 'administrator',
  permission: 'administrator',
  topic_permission: 'administrator',
  global_parameter: 'administrator',
  parameter: 'policymaker',
};

/** Throws if the files declare or own objects of a kind that could not be read. */
export function assertRead(desired: Desired, { unread, broker }: Live): void {
  const { kinds } = alsoFor([desired]);
  const missing = allKinds.filter((kind) => unread.has(kind) && kinds.has(kind));
  if (missing.length === 0) return;
  const named = missing.map((kind) => `${pluralOf(kind)} (${declaredOf(kind, desired)})`);
  const needed = new Set(missing.map((kind) => tags[kind] ?? 'management'));
  const who = typeof broker.user === 'string' ? `user ${broker.user}` : 'the user of the token';
  const tag = needed.has('administrator') ? 'administrator' : [...needed].join(',');
  throw new ExpectedError(`${who} may not read ${named.join(', ')}, which the files need`, {
    hint: `give the user the tag ${tag}: ${addTag(broker.user, tag)}`,
  });
}

const pluralOf = (kind: Kind): string => plural(2, kind.replace('_', ' ')).slice(2);

function declaredOf(kind: Kind, { objects, destroyed = objects }: Desired): string {
  const n = [...destroyed.values()].filter(({ object }) => object.kind === kind).length;
  return n === 0 ? 'owned' : `${count(n)} declared`;
}
