// Decides whether a policy is meant for an object. Policies only set what an object's own arguments
// leave open.
import { isQueueType } from './known-arguments.ts';
import {
  type Exchange,
  type OperatorPolicy,
  type Policy,
  type Queue,
  isExchange,
} from './object.ts';
import { policyKeys } from './policy-keys.ts';
import { always, isWithin } from './versions.ts';

/** `perhaps` if topo can't tell. */
export type Match = 'yes' | 'no' | 'perhaps';

/**
 * Whether a policy is for objects of this kind and type, whatever their names. Versions differ in
 * some keys.
 */
export function isMeantFor(
  { 'apply-to': applyTo, definition }: Policy | OperatorPolicy,
  object: Exchange | Queue,
  version: string | undefined,
): Match {
  if (isExchange(object)) return toMatch(['all', 'exchanges'].includes(applyTo));
  const own = object.type === 'stream' ? 'streams' : `${object.type}_queues`;
  if (!['all', 'queues', own].includes(applyTo)) return 'no';
  const supports = [...definition.keys()].map((key) => isSupported(key, object.type, version));
  if (supports.includes('no')) return 'no';
  return supports.includes('perhaps') ? 'perhaps' : 'yes';
}

const toMatch = (matches: boolean): Match => (matches ? 'yes' : 'no');

/**
 * A policy with a single key that the queue's type doesn't support doesn't apply to the queue at
 * all.
 */
function isSupported(key: string, type: string | null, version: string | undefined): Match {
  const known = policyKeys.get(key);
  if (known === undefined || !isQueueType(type)) return 'perhaps';
  const bars = known.bars[type];
  if (bars === undefined || bars === always) return toMatch(bars === undefined);
  return version === undefined ? 'perhaps' : toMatch(!isWithin(version, bars));
}
