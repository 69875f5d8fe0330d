// Draws the values that arguments and parameters may hold: every type that AMQP and JSON share.
import fc from 'fast-check';
import { LosslessNumber } from 'lossless-json';
import type { Entry } from './definitions.ts';

export const numberOf = (text: string | number) => new LosslessNumber(String(text));

export const texts = fc.constantFrom('', 'text', 'größe 🐇', 'true', '5', ' ', 'a"b\\c', '#', '~');

export const numbers = fc
  .constantFrom(
    '0',
    '-1',
    '127',
    '65536',
    '1.5',
    '1.0',
    '-0.25',
    '4294967296',
    '9007199254740993',
    '9223372036854775807',
    '-9223372036854775808',
  )
  .map(numberOf);

/** What limits, lengths and times may be. */
export const counts = fc.constantFrom(1, 1000, 60_000, 2_147_483_647).map(numberOf);

const plain = fc.oneof(texts, numbers, fc.boolean());

export const values: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: plain },
  { weight: 1, arbitrary: fc.array(plain, { maxLength: 3 }) },
  {
    weight: 1,
    arbitrary: fc.record(
      { k: plain, größe: plain, list: fc.array(plain, { minLength: 1, maxLength: 2 }) },
      { requiredKeys: [] },
    ),
  },
);

export const each = (
  names: readonly string[],
  one: (name: string) => fc.Arbitrary<Entry>,
): fc.Arbitrary<Entry[]> => fc.tuple(...names.map(one));

export const some = (
  names: readonly string[],
  one: (name: string) => fc.Arbitrary<Entry>,
): fc.Arbitrary<Entry[]> => fc.subarray([...names]).chain((chosen) => each(chosen, one));
