// Turns an entry that is valid by the schema into the object that it declares.
import { declaredBy } from '../topology/kinds/declared-by.ts';
import type { Section } from '../topology/kinds/kind.ts';
import { kindOf, kindOfSection, kinds } from '../topology/kinds/kinds.ts';
import type { RawQueue } from '../topology/kinds/queue.ts';
import type { Kind, TopologyObject, Vhost } from '../topology/object.ts';
import type { Breach } from '../topology/problem.ts';
import { quote } from '../topology/quote.ts';
import { canonical, toTable } from '../topology/value.ts';
import { isRecord } from '../topology/json.ts';

export type Raw = object;

/** How the entries of a kind differ from its objects. */
interface EntryForm {
  /** Where an object's type stands; exports have a queue's type in a field, too. */
  readonly type: 'field' | 'argument' | 'nowhere';
  /** Booleans that RabbitMQ imports without a check. */
  readonly uncheckedFlags: readonly string[];
  /** Whether its entries have a field for the vhost. */
  readonly isInVhost: boolean;
}

const forms = {
  exchange: { type: 'field', uncheckedFlags: ['auto_delete', 'internal'], isInVhost: true },
  queue: { type: 'argument', uncheckedFlags: [], isInVhost: true },
  binding: { type: 'nowhere', uncheckedFlags: [], isInVhost: true },
  vhost: { type: 'nowhere', uncheckedFlags: [], isInVhost: false },
  user: { type: 'nowhere', uncheckedFlags: [], isInVhost: false },
  permission: { type: 'nowhere', uncheckedFlags: [], isInVhost: true },
  topic_permission: { type: 'nowhere', uncheckedFlags: [], isInVhost: true },
  policy: { type: 'nowhere', uncheckedFlags: [], isInVhost: true },
  operator_policy: { type: 'nowhere', uncheckedFlags: [], isInVhost: true },
  parameter: { type: 'nowhere', uncheckedFlags: [], isInVhost: true },
  global_parameter: { type: 'nowhere', uncheckedFlags: [], isInVhost: false },
} as const satisfies Record<Kind, EntryForm>;

export const formOf = (section: Section): EntryForm => forms[kindOfSection(section)];

export function normalize(section: Section, raw: object, vhost: string): TopologyObject {
  const object = kinds[kindOfSection(section)].normalize(raw, vhost);
  return object.kind === 'parameter' ? declaredBy(object) : object;
}

/** Joins two declarations of one vhost if one only limits it: RabbitMQ 4 exports limits twice. */
export function joined(first: TopologyObject, second: TopologyObject): TopologyObject | undefined {
  if (first.kind !== 'vhost' || second.kind !== 'vhost') return undefined;
  const [one, other] = isLimitsOnly(second) ? [first, second] : [second, first];
  if (!isLimitsOnly(other)) return undefined;
  const isOpen = one.limits === undefined || one.limits.size === 0;
  if (!isOpen && canonical(one.limits) !== canonical(other.limits)) return undefined;
  return { ...one, limits: other.limits };
}

const isLimitsOnly = (vhost: Vhost): boolean =>
  kinds.vhost.attributes.every((name) => (vhost[name] !== undefined) === (name === 'limits'));

/** Objects that RabbitMQ's exports contain but people don't declare; undefined for any other. */
export function brokersOwn(
  section: Section,
  entry: unknown,
  vhost: string,
): TopologyObject | undefined {
  if (!isRecord(entry)) return undefined;
  const raw = isRecord(entry['arguments']) ? entry : { ...entry, arguments: {} };
  const object = normalize(section, raw, vhost);
  return kindOf(object).isBrokersOwn(object) ? object : undefined;
}

/** The unknown arguments of an entry that may be invalid otherwise. */
export function strayArguments(section: Section, entry: unknown): readonly Breach[] {
  const table = isRecord(entry) ? entry['arguments'] : undefined;
  if (!isRecord(table)) return [];
  return kinds[kindOfSection(section)].strayArguments?.({ arguments: toTable(table) }) ?? [];
}

/**
 * Where a field stands in an entry: a queue's type may stand in two places, and a parameter may
 * declare an operator policy or the limits of a vhost.
 */
export function asWritten(section: Section, entry: unknown, path: Breach['path']): Breach['path'] {
  if (section === 'parameters' && isRecord(entry)) return asParameter(entry, path);
  const isType = path[0] === 'arguments' && path[1] === 'x-queue-type';
  const isTwice = formOf(section).type === 'argument' && isRecord(entry) && 'type' in entry;
  return isType && isTwice ? ['type'] : path;
}

function asParameter(entry: Readonly<Record<string, unknown>>, path: Breach['path']) {
  const [field = '', ...rest] = path;
  if (field in entry) return path;
  return field === 'limits' ? ['value', ...rest] : ['value', ...path];
}

/** RabbitMQ exports a queue's type twice, as a field and as an argument. */
export function typeConflict(section: Section, raw: Raw): Breach | undefined {
  if (formOf(section).type !== 'argument') return undefined;
  const { type, arguments: table = {} } = raw as RawQueue;
  const argument: unknown = Object.entries(table).find(([name]) => name === 'x-queue-type')?.[1];
  if (type === undefined || typeof argument !== 'string' || type === argument) return undefined;
  return {
    code: 'type-conflict',
    message: `type is ${quote(type)}, but x-queue-type is ${quote(argument)}`,
    hint: 'keep one of the two, or make them equal',
    path: ['type'],
  };
}
