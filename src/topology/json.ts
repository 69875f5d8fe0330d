// Parses JSON without losing the exactness of numbers, and prints no raw control character.
import { parse, stringify } from 'lossless-json';
import { Float, parseNumber, renderNumber, toPlain } from './value.ts';

/** Finds a number that JSON.parse would round or turn into an integer. */
const inexact = /(?:^|[:[,])\s*-?(?:\d+[.eE]|\d{16})/;

/** Keeps the last of two equal keys, as JSON.parse does: RabbitMQ 4.0 sometimes repeats one. */
const exact = {
  parseNumber,
  onDuplicateKey: ({ newValue }: { newValue: unknown }) => newValue,
};

/**
 * Returns plain objects and arrays; integers beyond 2^53 are bigint, floats without a fraction are
 * Float.
 */
export function parseJson(text: string): unknown {
  return inexact.test(text) ? parse(text, undefined, exact) : JSON.parse(text);
}

/** Whether a parsed value is an object with fields, rather than a list or a number. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Float);

/** Renders JSON; control and invisible characters appear only as escapes. */
export function renderJson(value: unknown, indent?: number): string {
  const text = stringify(toPlain(value), undefined, indent, numbers) ?? 'null';
  return text.replace(unprintable, escapeChar);
}

const numbers = [
  {
    test: (value: unknown) => value instanceof Float,
    stringify: (value: unknown) => renderNumber(value as Float),
  },
];

/**
 * Beyond C0: characters that a terminal or an editor acts on, and invisible ones, which make two
 * names look alike. Also the start of ##vso[…] and ##[…], which CI runners execute anywhere in a
 * log.
 */
export const unprintable =
  /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|#(?=#\w*\[)/gu;

/** As JSON escapes: \u001b, one for each UTF-16 unit. */
export function escapeChar(char: string): string {
  const units = Array.from({ length: char.length }, (_, index) => char.charCodeAt(index));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}
