// Messages as anybody may send them, as far as RabbitMQ takes them: arbitrary headers and
// properties, on the wire.
import fc from 'fast-check';
import {
  bytes,
  deepTable,
  double,
  int,
  list,
  nested,
  table,
  tagged,
  text,
  timestamp,
  type RawProperties,
  type RawValue,
} from '../../amqp/raw-message.ts';

const raw = (maxLength: number): fc.Arbitrary<Buffer> =>
  fc.uint8Array({ maxLength }).map((array) => Buffer.from(array));

/** Of at most 255 bytes: text, bytes of any kind, and the longest that are no UTF-8. */
const short = (...known: readonly string[]): fc.Arbitrary<Buffer> =>
  fc.oneof(
    raw(20),
    fc.constantFrom('', ...known).map((name) => Buffer.from(name)),
    fc.integer({ min: 80, max: 255 }).map((length) => Buffer.alloc(length, 0xff)),
  );

/** Names that mean something to amqplib, to JavaScript, to RabbitMQ or to us. */
const name = short(
  ...['!', 'value', '__proto__', 'constructor', 'toString', 'toJSON', 'length', 'places', 'digits'],
  ...[
    'x-death',
    'x-delivery-count',
    'x-topo-attempt',
    'x-topo-verdict',
    'x-topo-error',
    'x-topo-time',
  ],
  ...[
    'x-topo-exchange',
    'x-topo-routing-key',
    'time',
    'queue',
    'exchange',
    'routing-keys',
    'count',
  ],
);

const string = fc.oneof(
  raw(40),
  short('timestamp', 'decimal', 'uint8', 'object', 'string', 'jobs', 'results', 'expired'),
);

const number = fc.oneof(
  fc.integer().map((value) => int(value >>> 0)),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(double),
  fc.constantFrom(2 ** 50 + 0.5, -1e300, 1e300, -(2 ** 63), 2 ** 63, -0).map(double),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(timestamp),
  fc.uint8Array({ minLength: 8, maxLength: 8 }).map((eight) => tagged('l', Buffer.from(eight))),
  fc.uint8Array({ minLength: 5, maxLength: 5 }).map((five) => tagged('D', Buffer.from(five))),
  fc.constantFrom('b', 'B').map((tag) => tagged(tag, Buffer.from([200]))),
  fc.constantFrom('s', 'u').map((tag) => tagged(tag, Buffer.from([200, 1]))),
  fc.constantFrom(0, 1, 2).map((byte) => tagged('t', Buffer.from([byte]))),
  fc.constant(tagged('V', Buffer.alloc(0))),
);

export const { table: rawTable } = fc.letrec<{ value: RawValue; table: Buffer }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    string.map(text),
    number,
    raw(40).map(bytes),
    fc.array(tie('value'), { maxLength: 4 }).map(list),
    tie('table').map(nested),
  ),
  table: fc.array(fc.tuple(name, tie('value')), { maxLength: 6 }).map(table),
}));

const heavy = fc
  .integer({ min: 1, max: 100_000 })
  .map((length) => table([['heavy', text('h'.repeat(length))]]));
const deep = fc.integer({ min: 1, max: 12_000 }).map(deepTable);

export const rawProperties: fc.Arbitrary<RawProperties> = fc.record(
  {
    contentType: short('application/json'),
    contentEncoding: short('gzip'),
    headers: fc.oneof(
      { weight: 20, arbitrary: rawTable },
      { weight: 1, arbitrary: heavy },
      { weight: 1, arbitrary: deep },
    ),
    priority: fc.integer({ min: 0, max: 255 }),
    correlationId: short(),
    replyTo: fc.oneof(
      { weight: 500, arbitrary: short('results', 'dead', 'w2') },
      // The broker closes the connection over it, again and again.
      { weight: 1, arbitrary: fc.constant(Buffer.from('amq.rabbitmq.reply-to.!!!!.x')) },
    ),
    messageId: short(),
    timestamp: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    type: short('topo.task.v1', 'topo.result.v1'),
    appId: short(),
  },
  { requiredKeys: [] },
);
