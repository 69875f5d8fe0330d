// Finds the policy that does to a queue what a replacement would do, while the queue stays.
import type { Applied } from '../topology/applied-settings.ts';
import { effectiveSettings } from '../topology/effective.ts';
import { isQueueType } from '../topology/known-arguments.ts';
import type { Policy, Queue } from '../topology/object.ts';
import { policyKeys } from '../topology/policy-keys.ts';
import { canonical, type Table } from '../topology/value.ts';
import { isWithin } from '../topology/versions.ts';

/**
 * Only if each argument that changes is of a key that a policy can set, and takes effect by it: as
 * the queue has no such argument, or the lower of both applies. `applied`: what the queue has now;
 * policies are not merged, so the new one has its keys, too.
 */
export function policyInstead(
  before: Queue,
  after: Queue,
  applied: Applied,
  version: string,
): Policy | undefined {
  const { policy: present, operator } = applied;
  const changed = changedKeys(before, after);
  const isSettable = (key: string): boolean => canSet(key, before.type, version);
  if (!isSameOtherwise(before, after) || !changed.every(isSettable)) return undefined;
  const definition = new Map(present?.definition);
  for (const key of changed) {
    const value = after.arguments.get(`x-${key}`);
    if (value === undefined) return undefined;
    definition.set(key, value);
  }
  const settings = (queue: Queue, policy: { readonly definition: Table } | undefined): string =>
    canonical(effectiveSettings(queue, policy, operator, version));
  if (settings(before, { definition }) !== settings(after, present)) return undefined;
  return {
    kind: 'policy',
    vhost: before.vhost,
    name: `${before.name}.settings`,
    pattern: `^${before.name.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&')}$`,
    'apply-to': 'queues',
    priority: (present?.priority ?? -1) + 1,
    definition,
  };
}

const isSameOtherwise = (before: Queue, after: Queue): boolean =>
  before.type === after.type &&
  before.durable === after.durable &&
  before.auto_delete === after.auto_delete;

/** Without `x-`. */
function changedKeys(before: Queue, after: Queue): string[] {
  const names = new Set([...before.arguments.keys(), ...after.arguments.keys()]);
  return [...names]
    .filter(
      (name) => canonical(before.arguments.get(name)) !== canonical(after.arguments.get(name)),
    )
    .map((name) => name.replace(/^x-/, ''));
}

/** These decide what a queue keeps: effective.ts knows what becomes of each. */
const keys: ReadonlySet<string> = new Set([
  'message-ttl',
  'max-length',
  'max-length-bytes',
  'overflow',
  'dead-letter-exchange',
  'dead-letter-routing-key',
  'dead-letter-strategy',
  'expires',
  'delivery-limit',
]);

function canSet(key: string, type: string | null, version: string): boolean {
  const known = keys.has(key) ? policyKeys.get(key) : undefined;
  if (known === undefined || !isQueueType(type)) return false;
  const acts = known.acts[type];
  return acts !== undefined && isWithin(version, acts) && isWithin(version, known.policy);
}
