// The writes that bring a policy to be. A classic queue takes a new length by its old overflow: so
// a policy that sets both first makes queues refuse what is too much, and then has its limits.
import type { AnyPolicy } from './policy-matches.ts';
import type { Table } from './value.ts';

const limits: readonly string[] = ['max-length', 'max-length-bytes'];

/** One or two, in order. Undefined: there is no such policy yet. */
export function writesOf<P extends AnyPolicy>(before: AnyPolicy | undefined, after: P): P[] {
  if (!rejects(after.definition) || !limits.some((key) => after.definition.has(key)))
    return [after];
  const isRejecting =
    before !== undefined && isSameReach(before, after) && rejects(before.definition);
  if (isRejecting) return [after];
  const unlimited = [...after.definition].filter(([key]) => !limits.includes(key));
  return [{ ...after, definition: new Map(unlimited) }, after];
}

const rejecting: readonly unknown[] = ['reject-publish', 'reject-publish-dlx'];
export const rejects = (definition: Table): boolean =>
  rejecting.includes(definition.get('overflow'));

const isSameReach = (one: AnyPolicy, other: AnyPolicy): boolean =>
  one.pattern === other.pattern &&
  one['apply-to'] === other['apply-to'] &&
  one.priority === other.priority;
