// Warns if a queue that is replaced or renamed gets another policy: these match types and names.
import { addressOfNamed } from '../topology/address.ts';
import type { Candidates } from '../topology/applied-policies.ts';
import { addressOf } from '../topology/identity.ts';
import type { Live } from '../topology/live.ts';
import { isBindingEnd, isQueue, type Queue } from '../topology/object.ts';
import type { Position, Problem } from '../topology/problem.ts';
import type { Change } from './change.ts';
import type { Outlook, World } from './outlook.ts';

export function warnOfPolicies(
  changes: readonly Change[],
  live: Live,
  { policies, declared }: Outlook,
): Problem[] {
  if (live.policies === undefined) return warnOfUnread(live);
  return changes.flatMap((change) => {
    const succession = successionOf(change, declared.objects);
    if (succession === undefined) return [];
    const { before, after, as, at } = succession;
    const what = describe(policies.of(before), policies.of(after));
    if (what === undefined) return [];
    return {
      code: 'policy-change',
      message: `queue "${before.name}" as ${as}: ${what}`,
      hint: 'change the policies first, or give the queue the arguments that it needs',
      ...(at && { at }),
    };
  });
}

interface Succession {
  readonly before: Queue;
  readonly after: Queue;
  /** What it becomes. */
  readonly as: string;
  readonly at?: Position | undefined;
}

/** A queue that comes back with another type, or under another name. */
function successionOf(change: Change, declared: World['objects']): Succession | undefined {
  if (change.kind === 'replace') {
    const { before, after, at } = change;
    if (!isQueue(before) || !isQueue(after) || before.type === after.type) return undefined;
    return { before, after, as: `a ${String(after.type)} queue`, at };
  }
  if (change.kind !== 'delete' || change.renamed_to === undefined) return undefined;
  const { before } = change;
  const after = declared.get(addressOfNamed('queue', before.vhost ?? '', change.renamed_to));
  if (!isQueue(before) || !isQueue(after)) return undefined;
  return { before, after, as: `"${after.name}"` };
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
