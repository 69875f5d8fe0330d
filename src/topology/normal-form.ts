// Compares declared and live objects of any kind in one normal form.
import type { Veil } from './kinds/kind.ts';
import { kindOf, kinds } from './kinds/kinds.ts';
import { isRouting, type Kind, type TopologyObject } from './object.ts';
import { canonical, toPlain, type Table } from './value.ts';

const none: Table = new Map();

/** The arguments as topo sends them to the broker, and as files and plans write them. */
export const fullArguments = (object: TopologyObject): Table =>
  kindOf(object).fullArguments?.(object) ?? none;

/** Adds what the broker adds because of its vhost's default queue type. */
export const withDefaults = <T extends TopologyObject>(object: T, queueType: string): T =>
  kindOf(object).withDefaults?.(object, queueType) ?? object;

/** Takes from the live object what a file leaves open, and the broker's form of equal secrets. */
export function filledFrom<T extends TopologyObject>(object: T, live: TopologyObject): T {
  const { attributes, veils } = kindOf(object);
  const [own, found] = [object, live] as unknown as [Values, Values];
  const filled = attributes
    .map((name) => [name, filledValue(own[name], found[name], veils?.[name])] as const)
    .filter(([name, value]) => value !== own[name]);
  return filled.length === 0 ? object : { ...object, ...Object.fromEntries(filled) };
}

function filledValue(own: unknown, found: unknown, veil: Veil | undefined): unknown {
  if (own === undefined || found === undefined) return own ?? found;
  if (veil === undefined) return own;
  return veil.isSame(own, found) ? found : (veil.merge?.(own, found) ?? own);
}

export interface Fields {
  /** Undefined for objects of the whole cluster. */
  vhost?: string;
  /** Only of exchanges, queues and bindings. */
  arguments?: Record<string, unknown>;
  [field: string]: unknown;
}

/**
 * The fields of an object by RabbitMQ's names, in the order in which people write them, with full
 * arguments. Odd fields keep the broker's value; those that a file leaves open are left out.
 */
export function toFields(object: TopologyObject): Fields {
  const { vhost, odd } = object;
  const values = object as unknown as Values;
  const { veils } = kindOf(object);
  const fields: Fields = vhost === null ? {} : { vhost };
  for (const name of fieldNames.get(object.kind) ?? []) {
    const value = odd?.has(name) ? odd.get(name) : values[name];
    if (value !== undefined) fields[name] = veils?.[name]?.render(value) ?? toPlain(value);
  }
  if (isRouting(object))
    fields.arguments = toPlain(fullArguments(object)) as Record<string, unknown>;
  return fields;
}

const fieldNames = new Map(
  Object.entries(kinds).map(([kind, { fields }]) => [kind, Object.keys(fields)]),
);

/** The fields of an object as an entry of a file has them, secrets included. */
export const toEntry = (object: TopologyObject): Fields =>
  kindOf(object).toEntry?.(object) ?? toFields(object);

/** Inverts `toFields`. */
export function fromFields(kind: Kind, fields: object): TopologyObject {
  const row = kinds[kind];
  return row.fromFields?.(fields) ?? row.normalize(fields, '/');
}

/**
 * Whether two objects of one address are equal, whatever the order of arguments. What one of them
 * leaves open doesn't count.
 */
export function isEqual(a: TopologyObject, b: TopologyObject): boolean {
  if (a.kind !== b.kind || a.odd !== undefined || b.odd !== undefined) return false;
  const [left, right] = [a, b] as unknown as [Values, Values];
  const { attributes, veils } = kindOf(a);
  for (const name of attributes)
    if (!isSameValue(left[name], right[name], veils?.[name])) return false;
  return true;
}

type Values = Readonly<Record<string, unknown>>;

function isSameValue(a: unknown, b: unknown, veil: Veil | undefined): boolean {
  if (a === b || a === undefined || b === undefined) return true;
  if (veil !== undefined) return veil.isSame(a, b);
  if (typeof a !== 'object' || typeof b !== 'object') return false;
  if (a instanceof Map && b instanceof Map && a.size === 0) return b.size === 0;
  return canonical(a) === canonical(b);
}

/** Whether the broker holds the same, including odd values; undefined stands for no object. */
export function isSame(a: TopologyObject | undefined, b: TopologyObject | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  // Two secrets may show as the same.
  return canonicalObject(a) === canonicalObject(b) && (a.odd !== undefined || isEqual(a, b));
}

/** Whether the broker holds what was planned; what the plan leaves open doesn't count. */
export const isMet = (found: TopologyObject | undefined, planned: TopologyObject | undefined) =>
  isSame(found, planned) ||
  (found !== undefined && planned !== undefined && isEqual(found, planned));

/** Equal texts mean equal objects, whatever the order of arguments. */
export function canonicalObject(object: TopologyObject): string {
  return canonical({ kind: object.kind, ...toFields(object) });
}
