// JSON that keeps every number as it is written, and prints no control character raw.
import { parse, stringify } from 'lossless-json';
import { Float, parseNumber, renderNumber, toPlain } from './value.ts';

/** A number that JSON.parse would round or turn into an integer. */
const inexact = /(?:^|[:[,])\s*-?(?:\d+[.eE]|\d{16})/;

/** As JSON.parse does, the last of two equal keys counts: RabbitMQ 4.0 sometimes repeats one. */
const exact = {
  parseNumber,
  onDuplicateKey: ({ newValue }: { newValue: unknown }) => newValue,
};

/** Plain objects and arrays; integers beyond 2^53 are bigint, floats without a fraction are Float. */
export function parseJson(text: string): unknown {
  return inexact.test(text) ? parse(text, undefined, exact) : JSON.parse(text);
}

/** Whether a value that was parsed is an object with fields: no list, no number. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Float);

/** JSON text; controls and what nobody sees only as escapes. */
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
 * Beyond C0: what a terminal or an editor acts on, and what nobody sees, so that two names would look alike. And the start of
 * ##vso[…] and ##[…], which runners of CI carry out wherever they stand in a log.
 */
export const unprintable =
  /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|#(?=#\w*\[)/gu;

/** As JSON's escape: \u001b, or one for each UTF-16 unit. */
export function escapeChar(char: string): string {
  const units = Array.from({ length: char.length }, (_, index) => char.charCodeAt(index));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}
