// The schema, the tables of arguments and the fields that are always text say the same.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { stringFields } from '../../src/file/fill.ts';
import {
  bindingArguments,
  exchangeArguments,
  queueArguments,
  stringArguments,
} from '../../src/topology/known-arguments.ts';

interface Schema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
}

const file = new URL('../../schema/topology.schema.json', import.meta.url);
const { $defs } = JSON.parse(readFileSync(file, 'utf8')) as { $defs: Record<string, Schema> };
const propertiesOf = (schema: Schema | undefined): [string, Schema][] =>
  Object.entries(schema?.properties ?? {});
const argumentsOf = (kind: string): [string, Schema][] =>
  propertiesOf($defs[kind]?.properties?.['arguments']);
const isText = (schema: Schema): boolean =>
  schema.type === 'string' ||
  'enum' in schema ||
  (schema.anyOf?.some((each) => 'enum' in each || 'pattern' in each) ?? false);
const namesOf = (fields: readonly [string, Schema][]): string[] =>
  [...new Set(fields.map(([name]) => name))].sort();

describe('the known arguments are those of the schema', () => {
  test.each([
    ['queue', [...queueArguments.keys()]],
    ['exchange', [...exchangeArguments]],
    ['binding', [...bindingArguments]],
  ])('of a %s', (kind, known) => {
    expect(known.toSorted()).toEqual(namesOf(argumentsOf(kind)));
  });
});

test("the fields that are always text are the schema's strings", () => {
  // All of manage is text.
  const entries = Object.entries($defs).filter(([name]) => name !== 'queue_pattern');
  const fields = entries.flatMap(([, entry]) => propertiesOf(entry));
  expect([...stringFields].sort()).toEqual(namesOf(fields.filter(([, schema]) => isText(schema))));
  const all = ['queue', 'exchange', 'binding'].flatMap(argumentsOf);
  expect([...stringArguments].sort()).toEqual(namesOf(all.filter(([, schema]) => isText(schema))));
});

test('an environment expects what a topology file can', () => {
  const expectIn = (name: string): Schema | undefined => {
    const url = new URL(`../../schema/${name}.schema.json`, import.meta.url);
    return (JSON.parse(readFileSync(url, 'utf8')) as Schema).properties?.['expect'];
  };
  expect(expectIn('environment')?.properties).toEqual(expectIn('topology')?.properties);
});
