// Values as a program in Go passes them on to RabbitMQ.
import { isRecord } from '../topology/json.ts';
import type { Scalar } from '../file/scalar.ts';
import { Float, parseNumber } from '../topology/value.ts';
import type { Field, FieldMap } from './entry.ts';

/**
 * Go's JSON reads each number as a float of 64 bits, and writes a whole one below 1e21 as an
 * integer.
 */
function asGoNumber(value: number | bigint | Float): Scalar {
  const number = value instanceof Float ? value.value : Number(value);
  if (!Number.isInteger(number)) return number;
  return Math.abs(number) < 1e21 ? parseNumber(String(number)) : new Float(number);
}

/** A value of JSON or YAML, nested or not. */
function asGoValue(value: unknown): Field {
  if (Array.isArray(value)) return value.map(asGoValue);
  if (isRecord(value)) return asGoTable(value);
  const isNumber = typeof value === 'number' || typeof value === 'bigint';
  if (isNumber || value instanceof Float) return asGoNumber(value);
  return value as null | boolean | string;
}

export const asGoTable = (record: Readonly<Record<string, unknown>>): FieldMap =>
  new Map(Object.entries(record).map(([name, value]) => [name, asGoValue(value)]));

const integer = /^[+-]?\d+$/;
const largest = 2n ** 63n - 1n;

/** The provider turns texts that are integers of 64 bits into numbers. */
export function asParsedInt(text: string): Scalar {
  if (!integer.test(text)) return text;
  const value = BigInt(text.replace(/^\+/, ''));
  return value > largest || value < -largest - 1n ? text : parseNumber(String(value));
}
