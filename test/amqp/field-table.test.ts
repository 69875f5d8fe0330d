// Whatever a table of headers holds, amqplib decodes it as it stands, or is not given it.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isReadable } from '../../src/amqp/field-table.ts';
import { atEffort } from '../effort.ts';
import { rawTable } from '../harness/hostile/wire.ts';
import { bytes, nested, table, text } from './raw-message.ts';

const require = createRequire(import.meta.url);
const { decodeFields } = require(join(dirname(require.resolve('amqplib')), 'lib/codec.js')) as {
  readonly decodeFields: (table: Buffer) => object;
};

/** Of the object and of all in it. */
const areOwn = (value: unknown): boolean =>
  typeof value !== 'object' ||
  value === null ||
  Buffer.isBuffer(value) ||
  ([Object.prototype, Array.prototype].includes(Object.getPrototypeOf(value) as object) &&
    Object.values(value).every(areOwn));

test('a table is decoded exactly, or is not readable', () => {
  fc.assert(
    fc.property(rawTable, (raw) => !isReadable(raw) || areOwn(decodeFields(raw))),
    { numRuns: atEffort(2_000) },
  );
});

const prototype = table([['__proto__', bytes(Buffer.from('x'))]]);

test.each([
  ['at the top', Buffer.concat([prototype, table([['length', text('x')]])])],
  ['within another', table([['a', nested(prototype)]])],
])('a name that would become the prototype %s is not readable', (_, raw) => {
  expect(isReadable(raw)).toBe(false);
});

test('a value of such a text is readable', () => {
  expect(isReadable(table([['a', text('__proto__')]]))).toBe(true);
});
