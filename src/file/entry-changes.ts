// Edits one entry of a file so that it declares the live object.
import { isMap, type YAMLMap } from 'yaml';
import { kinds } from '../topology/kinds/kinds.ts';
import type { BindingEnd } from '../topology/object.ts';
import { canonical, type Table, type Value } from '../topology/value.ts';
import { editMap, type Changes } from './map-edits.ts';
import { fieldIn } from './node-range.ts';
import { formOf } from './raw-object.ts';
import { argumentsOf, type Defaults } from './render-entry.ts';
import type { Style } from './render-scalar.ts';
import type { Edit } from './text-edit.ts';

/**
 * Undefined if the entry has to be rewritten. Bindings never change: their identity is all they
 * are.
 */
export function editEntry<T extends BindingEnd>(
  text: string,
  entry: YAMLMap,
  declared: T,
  live: T,
  { defaults, style }: { defaults: Defaults; style: Style },
): Edit[] | undefined {
  const fields = changedFields(entry, declared, live);
  const wanted = argumentsOf(live, defaults);
  const table = changedArguments(argumentsOf(declared, defaults), wanted, fields.has('type'));
  const map = fieldIn(entry, 'arguments')?.value;
  const isInPlace = isMap(map) && remains(map, table);
  if (table.size > 0 && !isInPlace) fields.set('arguments', wanted.size > 0 ? wanted : undefined);
  const inner = isInPlace ? editMap(text, map, table, style) : [];
  const outer = editMap(text, entry, fields, style);
  return inner && outer && [...inner, ...outer];
}

function changedFields(
  entry: YAMLMap,
  declared: BindingEnd,
  live: BindingEnd,
): Map<string, Value | undefined> {
  const names = kinds[declared.kind].attributes.filter((name) => name !== 'arguments');
  const [before, after] = [new Map(Object.entries(declared)), new Map(Object.entries(live))];
  const changed = names.filter((name) => before.get(name) !== after.get(name));
  const written = changed.filter((name) => name !== 'type' || isTypeWritten(entry, declared));
  return new Map(written.map((name) => [name, after.get(name) as Value]));
}

/** A queue's type stands in its arguments, except in files that RabbitMQ exported. */
function isTypeWritten(entry: YAMLMap, { kind }: BindingEnd): boolean {
  return formOf(kinds[kind].section).type === 'field' || fieldIn(entry, 'type') !== undefined;
}

function changedArguments(before: Table, after: Table, isTypeTold: boolean): Changes {
  const names = new Set([...before.keys(), ...after.keys()]);
  if (isTypeTold) names.delete('x-queue-type');
  const changed = [...names].filter((name) => render(before.get(name)) !== render(after.get(name)));
  return new Map(changed.map((name) => [name, after.get(name)]));
}

const render = (value: Value | undefined): string | undefined =>
  value === undefined ? undefined : canonical(value);

/** Without any field, a block map would be null. */
function remains(map: YAMLMap, changes: Changes): boolean {
  const gone = [...changes].filter(([name, value]) => value === undefined && fieldIn(map, name));
  const added = [...changes.values()].some((value) => value !== undefined);
  return added || gone.length < map.items.length;
}
