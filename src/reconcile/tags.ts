// The tags that a user needs to read and to write objects of each kind, beside a permission in
// their vhost: seen on 3.10, 4.0 and 4.3.
import { plural } from '../topology/count.ts';
import { addTag, nameOf, type Grantee } from '../topology/grant.ts';
import { allKinds } from '../topology/kinds/kinds.ts';
import type { Kind } from '../topology/object.ts';
import { ExpectedError } from '../topology/problem.ts';
import { hasOwnRequest, objectOf, type Step } from './step.ts';

type Tag = 'management' | 'policymaker' | 'administrator';

interface Needed {
  readonly read: Tag;
  readonly write: Tag;
}

const needed: Readonly<Record<Kind, Needed>> = {
  vhost: { read: 'management', write: 'administrator' },
  user: { read: 'administrator', write: 'administrator' },
  permission: { read: 'administrator', write: 'administrator' },
  topic_permission: { read: 'administrator', write: 'administrator' },
  exchange: { read: 'management', write: 'management' },
  queue: { read: 'management', write: 'management' },
  binding: { read: 'management', write: 'management' },
  policy: { read: 'management', write: 'policymaker' },
  operator_policy: { read: 'management', write: 'administrator' },
  parameter: { read: 'policymaker', write: 'policymaker' },
  global_parameter: { read: 'policymaker', write: 'policymaker' },
};

/** From the least to the greatest: each may do all that those before it may. */
const tags: readonly Tag[] = ['management', 'policymaker', 'administrator'];

/** The least tag with which all these kinds can be read, or written. */
export const tagFor = (kinds: Iterable<Kind>, what: keyof Needed): Tag =>
  tags[Math.max(0, ...[...kinds].map((kind) => tags.indexOf(needed[kind][what])))] ?? 'management';

/** Such as `operator policies`. */
export const pluralOf = (kind: Kind): string => plural(2, kind.replace('_', ' ')).slice(2);

/** Whether any step takes more than a permission in its vhost. */
export const needsTag = (steps: readonly Step[]): boolean =>
  tagFor(
    steps.map((step) => objectOf(step).kind),
    'write',
  ) !== 'management';

/** The most objects of a kind that an error names. */
const mostNamed = 3;

/** Before anything is written. Throws ExpectedError if the user has no tag for a step. */
export function assertMayWrite(
  steps: readonly Step[],
  user: Grantee,
  own: ReadonlySet<string>,
): void {
  // Whoever could plan has management, or monitoring, which is as good.
  const mayUpTo = Math.max(0, ...tags.map((tag, rank) => (own.has(tag) ? rank : 0)));
  const lacking = steps
    .filter(hasOwnRequest)
    .filter((step) => tags.indexOf(needed[objectOf(step).kind].write) > mayUpTo);
  const kinds = allKinds.filter((kind) => lacking.some((step) => objectOf(step).kind === kind));
  if (kinds.length === 0) return;
  const named = kinds.map((kind) => {
    const addresses = lacking.flatMap((step) => (objectOf(step).kind === kind ? step.address : []));
    const more = addresses.length - mostNamed;
    const first = addresses.slice(0, mostNamed).join(', ');
    return `${pluralOf(kind)} (${first}${more > 0 ? ` and ${more} more` : ''})`;
  });
  throw new ExpectedError(`user ${nameOf(user)} may not change ${named.join(', ')}`, {
    hint: addTagHint(user, tagFor(kinds, 'write')),
  });
}

export const addTagHint = (user: Grantee, tag: Tag): string =>
  `give the user the tag ${tag}: ${addTag(user, tag)}`;
