// What of a message is carried on, by the codec of amqplib itself: whatever it has read, it can
// write.
import { createRequire } from 'node:module';
import fc from 'fast-check';
import type { ConsumeMessage, MessageProperties } from 'amqplib';
import { describe, expect, test } from 'vitest';
import { isReadable } from '../../../src/amqp/field-table.ts';
import { bare, deadLetter } from '../../../src/harness/work/republish.ts';
import { carry } from '../../../src/harness/messaging/carry.ts';
import { deepTable, nested, renderProperties, table, text, int } from '../../amqp/raw-message.ts';
import { atEffort } from '../../effort.ts';
import { rawProperties, rawTable } from '../hostile/wire.ts';

/** Not exported by the package: the files themselves. */
const lib = (name: string): unknown =>
  createRequire(import.meta.url)(
    new URL(`../../../node_modules/amqplib/lib/${name}.js`, import.meta.url).pathname,
  );
const { decodeFields } = lib('codec') as { decodeFields: (table: Buffer) => object };
const { decode, encodeProperties } = lib('defs') as {
  decode: (id: number, bytes: Buffer) => MessageProperties;
  encodeProperties: (id: number, channel: number, size: number, fields: object) => Buffer;
};
const { publish } = lib('api_args') as {
  publish: (exchange: string, key: string, options: object) => object;
};
const basic = 60;

const content = Buffer.from('{}');
const carried = (properties: object) =>
  carry(
    { content, properties },
    { exchange: '', routing_key: 'dead' },
    { id: undefined, headers: { 'x-topo-error': 'e'.repeat(4_000) } },
  ).properties;

const write = (properties: object): Buffer =>
  encodeProperties(basic, 1, 2, publish('', 'dead', properties));

/** amqplib takes the first for the prototype, and then the second for a header. */
const prototypeTwice = table([
  ['__proto__', Buffer.from('V')],
  ['__proto__', text('')],
]);

test('a law: what is carried can be written, fits, and is carried as it is again', () => {
  fc.assert(
    fc.property(rawProperties, (given) => {
      fc.pre(given.headers === undefined || isReadable(given.headers));
      const once = write(carried(decode(basic, renderProperties(given))));
      expect(once.length).toBeLessThan(40_000);
      const twice = write(carried(decode(basic, once.subarray(19, -1))));
      expect(twice.equals(once)).toBe(true);
    }),
    { numRuns: atEffort(1_000), examples: [[{ headers: prototypeTwice }]] },
  );
});

test('a letter without its headers says all the same whose task it was', () => {
  const fields = { exchange: 'jobs', routingKey: 'k1' };
  const properties = { userId: 'alice', headers: { a: 'b' } };
  const death = { verdict: 'poison', error: 'no' } as const;
  const burial = { death, id: 't', attempt: 1, worker: 'w1', queue: 'w1', time: 0 };
  const message = { content, fields, properties } as unknown as ConsumeMessage;
  const { properties: sent } = deadLetter(bare(message), burial, 'dead');
  expect(sent).toMatchObject({ headers: { 'x-topo-user': 'alice', 'x-topo-worker': 'w1' } });
  expect(sent).not.toHaveProperty('headers.a');
});

describe('whether a table can be read', () => {
  test('a law: amqplib decodes what is', () => {
    const damaged = fc
      .tuple(rawTable, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 }))
      .map(([whole, changes]) => {
        for (const [at, byte] of changes) if (whole.length > 0) whole[at % whole.length] = byte;
        return whole;
      });
    fc.assert(
      fc.property(damaged, (bytes) => {
        if (isReadable(bytes)) decodeFields(bytes);
      }),
      { numRuns: atEffort(2_000) },
    );
  });

  test.each([
    ['none', table([]), true],
    ['64 tables deep', deepTable(64), true],
    ['65 tables deep', deepTable(65), false],
    ['30,000 tables deep', deepTable(20_000), false],
    ['another type', table([['a', Buffer.from('Z')]]), false],
    ['a name without a value', Buffer.from([1, 97]), false],
    ['a name that goes beyond', Buffer.from([9, 97]), false],
    ['text that goes beyond', table([['a', text('abc').subarray(0, 6)]]), false],
    ['a number that goes beyond', table([['a', int(5).subarray(0, 3)]]), false],
    ['a length that goes beyond', table([['a', text('').subarray(0, 3)]]), false],
    ['a table that goes beyond', table([['a', nested(table([])).subarray(0, 4)]]), false],
  ])('%s', (_, bytes, expected) => {
    expect(isReadable(bytes)).toBe(expected);
  });
});
