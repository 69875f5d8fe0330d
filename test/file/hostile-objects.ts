// Objects with names and values that a careless writer would get wrong.
import fc from 'fast-check';
import { addressOf } from '../../src/topology/identity.ts';
import { breachesOf } from '../../src/topology/kinds/kinds.ts';
import type { Binding, Exchange, Queue, RoutingObject } from '../../src/topology/object.ts';
import { Float, type Table, type Value } from '../../src/topology/value.ts';

const pieces = [
  ...['${', '$${', '$', '{', '}', '[', ']', ',', ': ', ' #', '- ', '? ', '|', '>', '"', "'", '\\'],
  ...['&', '*', '!', '%', '@', '`', '~', '<<', '---', '...', ' ', '\t', '\n', '\r\n', '\u001b['],
  ...['\0', '\u007f', '\u0085', '\u00a0', '\u2028', '\u202e', '\u2066', '\ufeff', '\uffff', '💥'],
  ...[
    '\u00ad',
    '\u200b',
    '\u2060',
    '\u{e0001}',
    '\u{e0100}',
    '\ufe0f',
    '\u3164',
    '\u{1f468}\u200d\u{1f33e}',
  ],
  ...[
    'true',
    'null',
    'yes',
    'on',
    '0x1f',
    '1e3',
    '.inf',
    '5',
    '-1',
    '2026-11-23',
    '1_000',
    '=',
    'é',
  ],
  ...[
    'a',
    '##vso[a.b]',
    'ml_tasks',
    'worker_queue_1',
    '/',
    '.',
    '__proto__',
    'constructor',
    'for_each',
    'name',
  ],
];
const text = fc.string({ unit: fc.constantFrom(...pieces), maxLength: 8 });
const name = text.filter((each) => each !== '');
const boolean = fc.boolean();

const number = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((each) => float(each)),
  fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }).map((each) => integer(each)),
  fc.constantFrom(60000, new Float(60000), new Float(1e21), 9007199254740993n, 1e-7),
);

/** Floats without a fraction, and integers beyond 2^53, have types of their own. */
const float = (value: number): Value => (Number.isInteger(value) ? new Float(value) : value);
const integer = (value: bigint): Value =>
  Number.isSafeInteger(Number(value)) ? Number(value) : value;

const { value } = fc.letrec<{ value: Value; table: Table; list: Value[] }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    text,
    number,
    boolean,
    fc.constant(null),
    tie('table'),
    tie('list'),
  ),
  table: fc
    .uniqueArray(fc.tuple(text, tie('value')), { selector: ([key]) => key, maxLength: 3 })
    .map((pairs) => new Map(pairs)),
  list: fc.array(tie('value'), { maxLength: 3 }),
}));

/** Of the user's own: RabbitMQ's have types that the schema knows. */
const table = fc
  .uniqueArray(
    fc.tuple(
      text.map((key) => `my-${key}`),
      value,
    ),
    { selector: ([key]) => key, maxLength: 3 },
  )
  .map((pairs): Table => new Map(pairs));

const vhost = fc.constantFrom('/', 'prod', '${env}', "it's");

const exchange = fc.record<Exchange>({
  kind: fc.constant('exchange'),
  vhost,
  name,
  type: name,
  durable: boolean,
  auto_delete: boolean,
  internal: boolean,
  arguments: table,
});

const queue = fc.record<Queue>({
  kind: fc.constant('queue'),
  vhost,
  name,
  durable: boolean,
  auto_delete: boolean,
  type: fc.constantFrom('classic', 'quorum', 'stream'),
  arguments: table,
});

const binding = fc.record<Binding>({
  kind: fc.constant('binding'),
  vhost,
  source: name,
  destination: name,
  destination_type: fc.constantFrom('queue', 'exchange'),
  routing_key: text,
  arguments: table,
});

/** Objects that could be on a broker, each address once. */
export const hostileObjects: fc.Arbitrary<RoutingObject[]> = fc.uniqueArray(
  fc
    .oneof(exchange, queue, binding)
    .filter((object) => breachesOf(object).every(({ doubtful }) => doubtful)),
  { selector: addressOf, maxLength: 8 },
);
