// Warns if a replaced queue gets another policy: policies also apply by queue type.
import type { Candidates } from '../topology/applied-policies.ts';
import { addressOf } from '../topology/identity.ts';
import type { Live } from '../topology/live.ts';
import { isBindingEnd, isQueue } from '../topology/object.ts';
import type { Problem } from '../topology/problem.ts';
import type { Change } from './change.ts';
import type { Outlook } from './outlook.ts';

export function warnOfPolicies(
  changes: readonly Change[],
  live: Live,
  { policies }: Outlook,
): Problem[] {
  if (live.policies === undefined) return warnOfUnread(live);
  return changes.flatMap((change) => {
    if (change.kind !== 'replace' || !isQueue(change.after)) return [];
    const { before, after, at } = change;
    if (!isQueue(before) || before.type === after.type) return [];
    const what = describe(policies.of(before), policies.of(after));
    if (what === undefined) return [];
    return {
      code: 'policy-change',
      message: `queue "${after.name}" as a ${String(after.type)} queue: ${what}`,
      hint: 'change the policies first, or give the queue the arguments that it needs',
      ...(at && { at }),
    };
  });
}

/** Warns only if an object has a policy. */
function warnOfUnread({ objects, policies }: Live): Problem[] {
  if (policies !== undefined) return [];
  const ends = [...objects.values()].filter((object) => isBindingEnd(object));
  const named = ends.find(({ policy }) => policy !== undefined);
  if (named === undefined) return [];
  return [
    {
      code: 'unread-policies',
      message: `${addressOf(named)} has policy "${named.policy ?? ''}", but topo could not read policies: their dead-letter and alternate exchanges are unknown`,
      hint: 'let the user read them: rabbitmqctl set_user_tags USER management',
    },
  ];
}

function describe([before]: Candidates, after: Candidates): string | undefined {
  if (after.length > 1) {
    const names = after.flatMap((policy) => (policy ? `"${policy.name}"` : []));
    if (after.every((policy) => policy === undefined || policy === before)) {
      return before && `${named(before)} may no longer apply`;
    }
    return `topo can't tell which policy applies: ${names.join(' or ')}`;
  }
  const [next] = after;
  if (next === before) return undefined;
  const lost = before && `${named(before)} no longer applies`;
  const gained = next && `${named(next)} applies`;
  return [lost, gained].filter((part) => part !== undefined).join(', and ');
}

const named = ({ name, definition }: { name: string; definition: ReadonlyMap<string, unknown> }) =>
  `policy "${name}" (${[...definition.keys()].sort().join(', ')})`;
