// Parses JSON without losing the exactness of numbers, and prints no raw control character.
import { parse, stringify } from 'lossless-json';
import { Float, parseNumber, renderNumber, toPlain } from './value.ts';

/** Finds a number that JSON.parse would round or turn into an integer. */
const inexact = /(?:^|[:[,])\s*-?(?:\d+[.eE]|\d{16})/;

/**
 * RabbitMQ 4.0 says twice whether a queue runs, and where, if its replicas and its record differ:
 * the record comes last, and is wrong.
 */
const repeated = '],"online":[';

/**
 * Returns plain objects and arrays; integers beyond 2^53 are bigint, floats without a fraction are
 * Float.
 */
export function parseJson(text: string): unknown {
  const isRepeated = text.includes(repeated);
  if (!isRepeated && !inexact.test(text)) return JSON.parse(text);
  return parse(text, undefined, {
    parseNumber,
    // Else the last, as JSON.parse does.
    onDuplicateKey: ({ oldValue, newValue }) => (isRepeated ? oldValue : newValue),
  });
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
