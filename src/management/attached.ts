// Reads the bindings of one exchange or queue, as they are right now.
import { canonicalObject } from '../topology/normal-form.ts';
import type { LiveBinding } from '../topology/live.ts';
import type { Binding, Exchange, Queue } from '../topology/object.ts';
import { isOwnName } from '../topology/own.ts';
import { isNotFound } from './broker-error.ts';
import type { Client } from './client.ts';
import { readBindingsOf } from './lists.ts';
import { normalizeBindings } from './live.ts';

/** Groups bindings that look the same but differ in ways that the management API doesn't show. */
export type Attached = ReadonlyMap<string, readonly LiveBinding[]>;

/** Returns none if the object is gone. Leaves out what a move of topo's binds for itself. */
export async function readAttached(client: Client, object: Exchange | Queue): Promise<Attached> {
  const rows = await readBindingsOf(client, object).catch(ignoreNotFound);
  return group(normalizeBindings(rows).filter(({ source }) => !isOwnName(source)));
}

/** Equal for bindings that look the same. */
export const looksOf = (binding: Binding): string => canonicalObject(binding);

function group(bindings: readonly LiveBinding[]): Attached {
  const groups = new Map<string, LiveBinding[]>();
  for (const binding of bindings) {
    const group = groups.get(looksOf(binding)) ?? [];
    // A binding from an exchange to itself is in both of its lists.
    const isKnown = group.some(({ properties_key: key }) => key === binding.properties_key);
    if (!isKnown) groups.set(looksOf(binding), [...group, binding]);
  }
  return groups;
}

function ignoreNotFound(error: unknown): [] {
  if (isNotFound(error)) return [];
  throw error;
}
