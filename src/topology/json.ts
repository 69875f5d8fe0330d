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

/** JSON text; C0, DEL, C1, line separators and bidi characters only as escapes. */
export function renderJson(value: unknown, indent?: number): string {
  const text = stringify(toPlain(value), undefined, indent, numbers) ?? 'null';
  return text.replace(
    unprintable,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

const numbers = [
  {
    test: (value: unknown) => value instanceof Float,
    stringify: (value: unknown) => renderNumber(value as Float),
  },
];

/** Characters that a terminal or an editor acts on: controls, bidi marks, line separators. */
export const unprintable = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;
