// Parses plain scalars: YAML 1.2's core schema, with exact numbers.
import { Float, parseNumber, type Value } from '../topology/value.ts';

export type Scalar = null | boolean | string | number | bigint | Float;

const words = new Map<string, Scalar>([
  ...['', '~', 'null', 'Null', 'NULL'].map((word) => [word, null] as const),
  ...['true', 'True', 'TRUE'].map((word) => [word, true] as const),
  ...['false', 'False', 'FALSE'].map((word) => [word, false] as const),
]);
const decimal = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;
const octalOrHex = /^0(?:o[0-7]+|x[\da-fA-F]+)$/;
const notFinite = /^(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;

/** The value of an unquoted scalar. Infinity and NaN stay numbers, for the caller to refuse. */
export function parsePlain(text: string): Scalar {
  const word = words.get(text);
  if (word !== undefined) return word;
  if (!mayBeNumber(text.charCodeAt(0))) return text;
  if (decimal.test(text)) return parseNumber(text);
  if (octalOrHex.test(text)) return parseNumber(String(BigInt(text)));
  return notFinite.test(text) ? NaN : text;
}

/** Whether a text reads back as itself without quotes. */
export function isPlainText(text: string): boolean {
  return parsePlain(text) === text;
}

export function isUnbounded(value: Value): boolean {
  if (value instanceof Float) return !Number.isFinite(value.value);
  return typeof value === 'number' && !Number.isFinite(value);
}

/** Digits, signs and the dot. */
function mayBeNumber(code: number): boolean {
  return (code >= 48 && code <= 57) || code === 43 || code === 45 || code === 46;
}
