// Values of the provider's resources, as it sends them to RabbitMQ.
import { isRecord } from '../../topology/json.ts';
import { renderText } from '../../file/expression.ts';
import type { Scalar } from '../../file/scalar.ts';
import { Secret, type Field, type FieldMap, type Text } from '../entry.ts';
import { asGoTable, asParsedInt } from '../go-values.ts';
import { parseUntrusted } from '../parse-json.ts';
import { Misshapen, type Shape } from '../shape.ts';

/** Go's zero of a type, which the provider takes for nothing. */
export const nonZero = <T extends Field>(value: T | undefined): T | undefined =>
  value === '' || value === 0 || value === false ? undefined : value;

/** `arguments_json` has types; all values of `arguments` are text, on the broker, too. */
export function argumentsOf(given: Shape): FieldMap | undefined {
  const json = given.optionalPlainText('arguments_json') ?? '';
  const table = json === '' ? textsOf(given, 'arguments') : parseTable(json, given);
  return table === undefined || table.size === 0 ? undefined : table;
}

function parseTable(json: string, given: Shape): FieldMap {
  const where = given.where('arguments_json');
  const table = parseUntrusted(json, where);
  if (!isRecord(table)) throw new Misshapen(`${where} must hold a map`);
  return asGoTable(table);
}

/** A map of texts. Terraform turns numbers and booleans into texts, too. */
export function textsOf(given: Shape, name: string): Map<string, Text> | undefined {
  const map = given.map(name);
  return map && new Map(map.names().map((key) => [key, asText(map, key)]));
}

function asText(map: Shape, key: string): Text {
  const value = map.raw(key);
  if (typeof value === 'boolean' || typeof value === 'number') return renderText(value);
  return map.text(key);
}

/** Whole numbers stand there as text, and the provider sends them as numbers. */
export function definitionOf(policy: Shape, splitsNodes: boolean): FieldMap {
  const texts = textsOf(policy, 'definition') ?? new Map<string, Text>();
  const mode = texts.get('ha-mode');
  return new Map(
    [...texts].map(([key, value]): [string, Field] => {
      if (value instanceof Secret) return [key, value];
      const isNodes = splitsNodes && key === 'ha-params' && mode === 'nodes';
      return [key, isNodes ? value.split(',') : asParsedInt(value)];
    }),
  );
}

/** A limit is kept as text; empty if there is none. */
export function limitOf(given: Shape, name: string): Scalar | undefined {
  const text = given.optionalPlainText(name) ?? '';
  if (text === '') return undefined;
  const limit = asParsedInt(text);
  if (typeof limit === 'string') throw new Misshapen(`${given.where(name)} is not a number`);
  return limit;
}
