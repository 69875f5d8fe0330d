// Compares declared and live objects of any kind in one normal form.
import { kindOf, kinds } from './kinds/kinds.ts';
import type { Kind, TopologyObject } from './object.ts';
import { canonical, toPlain, type Table } from './value.ts';

/** The arguments as topo sends them to the broker, and as files and plans write them. */
export const fullArguments = (object: TopologyObject): Table =>
  kindOf(object).fullArguments(object);

/** Adds what the broker adds because of its vhost's default queue type. */
export const withDefaults = <T extends TopologyObject>(object: T, queueType: string): T =>
  kindOf(object).withDefaults(object, queueType);

export interface Fields {
  vhost: string;
  arguments: Record<string, unknown>;
  [field: string]: unknown;
}

/**
 * The fields of an object by RabbitMQ's names, in the order in which people write them, with full
 * arguments. Odd fields keep the broker's value.
 */
export function toFields(object: TopologyObject): Fields {
  const { vhost, odd } = object;
  const values = object as unknown as Values;
  const fields: Record<string, unknown> = { vhost };
  for (const name of fieldNames.get(object.kind) ?? [])
    fields[name] = odd?.has(name) ? odd.get(name) : values[name];
  fields['arguments'] = toPlain(fullArguments(object));
  return fields as Fields;
}

const fieldNames = new Map(
  Object.entries(kinds).map(([kind, { fields }]) => [kind, Object.keys(fields)]),
);

/** Inverts `toFields`. */
export function fromFields(kind: Kind, fields: object): TopologyObject {
  return kinds[kind].normalize(fields, '/');
}

/** Whether two objects of one address are equal, whatever the order of arguments. */
export function isEqual(a: TopologyObject, b: TopologyObject): boolean {
  if (a.kind !== b.kind || a.odd !== undefined || b.odd !== undefined) return false;
  const [left, right] = [a, b] as unknown as [Values, Values];
  for (const name of kinds[a.kind].attributes)
    if (!isSameValue(left[name], right[name])) return false;
  return true;
}

type Values = Readonly<Record<string, unknown>>;

function isSameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (!(a instanceof Map) || !(b instanceof Map)) return false;
  return a.size === b.size && (a.size === 0 || canonical(a) === canonical(b));
}

/** Whether the broker holds the same, including odd values; undefined stands for no object. */
export function isSame(a: TopologyObject | undefined, b: TopologyObject | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return canonicalObject(a) === canonicalObject(b);
}

/** Equal texts mean equal objects, whatever the order of arguments. */
export function canonicalObject(object: TopologyObject): string {
  return canonical({ kind: object.kind, ...toFields(object) });
}
