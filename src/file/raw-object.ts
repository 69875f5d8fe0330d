// An entry that is valid by the schema, and what it declares.
import { unknownArguments } from '../topology/argument-rules.ts';
import type { Breach } from '../topology/breach.ts';
import {
  normalizeBinding,
  normalizeExchange,
  normalizeQueue,
  type RawBinding,
  type RawExchange,
  type RawQueue,
} from '../topology/normal-form.ts';
import { unreachable, type Kind, type TopologyObject } from '../topology/object.ts';
import { quote } from '../topology/quote.ts';
import { isSystemExchange, isSystemQueue } from '../topology/system.ts';
import { toTable } from '../topology/value.ts';
import { isRecord } from './parse-file.ts';
import type { Section } from './split.ts';

export type Raw = RawExchange | RawQueue | RawBinding;

export function normalize(section: Section, raw: Raw, vhost: string): TopologyObject {
  switch (section) {
    case 'exchanges':
      return normalizeExchange(raw as RawExchange, vhost);
    case 'queues':
      return normalizeQueue(raw as RawQueue, vhost);
    case 'bindings':
      return normalizeBinding(raw as RawBinding, vhost);
  }
}

/** What an export of RabbitMQ may hold beside what people have declared; undefined for anything else. */
export function brokersOwn(
  section: Section,
  entry: unknown,
  vhost: string,
): TopologyObject | undefined {
  if (!isRecord(entry)) return undefined;
  const hasTable = isRecord(entry['arguments']);
  const raw: unknown = hasTable ? entry : { ...entry, arguments: {} };
  const object = normalize(section, raw as Raw, vhost);
  return isBrokersOwn(object) ? object : undefined;
}

function isBrokersOwn(object: TopologyObject): boolean {
  switch (object.kind) {
    case 'exchange':
      return isSystemExchange(object);
    case 'queue':
      return isSystemQueue(object);
    case 'binding': {
      const { source, destination: name, destination_type } = object;
      return source === '' || (destination_type === 'queue' && isSystemQueue({ name }));
    }
    default:
      return unreachable(object);
  }
}

const kinds: Readonly<Record<Section, Kind>> = {
  exchanges: 'exchange',
  queues: 'queue',
  bindings: 'binding',
};

/** The unknown arguments of an entry that may have anything wrong with it. */
export function strayArguments(section: Section, entry: unknown): Breach[] {
  const table = isRecord(entry) ? entry['arguments'] : undefined;
  return isRecord(table)
    ? unknownArguments({ kind: kinds[section], arguments: toTable(table) })
    : [];
}

/** Where a field stands in an entry: the type of a queue may stand in two places. */
export function asWritten(section: Section, entry: unknown, path: Breach['path']): Breach['path'] {
  const isType = section === 'queues' && path[0] === 'arguments' && path[1] === 'x-queue-type';
  return isType && isRecord(entry) && 'type' in entry ? ['type'] : path;
}

/** RabbitMQ exports a queue's type twice, as a field and as an argument. */
export function typeConflict(section: Section, raw: Raw): Breach | undefined {
  if (section !== 'queues') return undefined;
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
