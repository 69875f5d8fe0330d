// Renders an object as an entry of a file: RabbitMQ's names, without defaults.
import { kinds } from '../topology/kinds/kinds.ts';
import { withDefaultType } from '../topology/kinds/queue.ts';
import { fullArguments, toEntry } from '../topology/normal-form.ts';
import { isQueue, type TopologyObject } from '../topology/object.ts';
import { countOf, type SuperStream } from '../topology/super-stream.ts';
import { canonical, toValue, type Table, type Value } from '../topology/value.ts';
import {
  renderKey,
  renderPair,
  renderValue,
  type Fields,
  type Spelled,
  type Style,
  type Written,
} from './render-scalar.ts';
import { SecretKeeper } from './secret-fields.ts';

export interface Defaults {
  /** The vhost of entries that name none; undefined if every entry has to name it. */
  readonly vhost: string | undefined;
  /** How to write the other vhosts, if not by name. */
  readonly spelled?: ReadonlyMap<string, Spelled>;
  /** The default queue type of each vhost. */
  readonly queueTypes?: ReadonlyMap<string, string>;
  /** Names the variables that stand for secrets. */
  readonly secrets?: SecretKeeper;
}

/** The fields of an entry, in the order that people write them. */
export function fieldsOf(object: TopologyObject, defaults: Defaults): Fields {
  const { vhost } = object;
  const fields = new Map<string, Value | Spelled>(
    Object.entries(toEntry(object)).map(([name, value]) => [name, toValue(value)]),
  );
  for (const name of ['vhost', 'arguments']) fields.delete(name);
  for (const [name, { byDefault }] of Object.entries(kinds[object.kind].fields)) {
    if (byDefault === undefined || !fields.has(name)) continue;
    if (canonical(fields.get(name)) === canonical(byDefault)) fields.delete(name);
  }
  const table = argumentsOf(object, defaults);
  if (table.size > 0) fields.set('arguments', table);
  if (vhost !== null && vhost !== defaults.vhost)
    fields.set('vhost', defaults.spelled?.get(vhost) ?? vhost);
  const { secrets = new SecretKeeper() } = defaults;
  return secrets.spell(kinds[object.kind].section, fields);
}

export function superStreamFields(stream: SuperStream, defaults: Defaults): Fields {
  const { vhost, name, keys, arguments: table } = stream;
  const partitions = countOf(stream);
  return new Map<string, Value | Spelled>([
    ['name', name],
    partitions === undefined ? ['routing_keys', keys] : ['partitions', partitions],
    ...(table.size > 0 ? [['arguments', table] as const] : []),
    ...(vhost === defaults.vhost
      ? []
      : [['vhost', defaults.spelled?.get(vhost) ?? vhost] as const]),
  ]);
}

/**
 * Omits the type of a classic queue if its vhost's default is classic; always writes other types.
 */
export function argumentsOf(object: TopologyObject, { queueTypes }: Defaults): Table {
  const own = isQueue(object) ? queueTypes?.get(object.vhost) : undefined;
  if (!isQueue(object) || own === undefined) return fullArguments(object);
  const isImplied =
    object.type === 'classic' && withDefaultType({ ...object, type: null }, own).type === 'classic';
  return isImplied ? object.arguments : fullArguments(object);
}

/** The lines of an entry in a block list. `indent`: the column of its dash. */
export function renderEntry(fields: Fields, indent: number, style: Style): string {
  return `${' '.repeat(indent)}- ${renderFields(fields, indent + 2, style).trimStart()}`;
}

/** The lines of some fields of a block map at a column. */
export function renderFields(
  fields: ReadonlyMap<string, Written>,
  column: number,
  style: Style,
): string {
  return [...fields].map(([name, value]) => renderField(name, value, column, style)).join('');
}

function renderField(name: string, value: Written, column: number, style: Style): string {
  const indent = ' '.repeat(column);
  if (blocks.has(name) && value instanceof Map && value.size > 0) {
    return `${indent}${name}:\n${renderFields(value as Fields, column + 2, style)}`;
  }
  if (name === 'for_each' && Array.isArray(value))
    return renderRows(value as Written[], column, style);
  const key = renderKey(name, style);
  if (key.length < longestKey) return `${indent}${renderPair(name, value, style)}\n`;
  return `${indent}? ${key}\n${indent}: ${renderValue(value, style)}\n`;
}

/** Maps that stand below their names, a line for each field. */
const blocks: ReadonlySet<string> = new Set(['arguments', 'definition', 'value']);

function renderRows(rows: readonly Written[], column: number, style: Style): string {
  const indent = ' '.repeat(column);
  const lines = rows.map((row) => `${indent}  - ${renderValue(row, style)}\n`);
  return `${indent}for_each:\n${lines.join('')}`;
}

/** YAML wants the colon within 1024 characters. */
const longestKey = 1000;
