// What the value of a shovel may hold: that depends on the protocols of its two ends.
// Taken from the validators of RabbitMQ 3.10 to 4.3; tested on 3.10.8, 4.0.5 and 4.3.6.
import {
  choice,
  type KeyTable,
  type ParameterKey,
  type ParameterValue,
  type Together,
} from './parameter-key.ts';
import { fits } from './policy-value.ts';
import { oneOf } from './quote.ts';
import type { Table, Value } from './value.ts';
import { always, type Span } from './versions.ts';

type Row = [string, ParameterKey];
type Side = 'src' | 'dest';
type Protocol = 'amqp091' | 'amqp10' | 'local';

const key = (value: ParameterValue, taken: Span = always): ParameterKey => ({ value, taken });
const needed = (value: ParameterValue): ParameterKey => ({ ...key(value), isNeeded: true });

const text: ParameterValue = { kind: 'text' };
const texts: ParameterValue = { kind: 'texts' };
const number: ParameterValue = { kind: 'number' };
const flag: ParameterValue = { kind: 'flag' };
const uris: ParameterValue = { kind: 'uris' };
const queueArguments: ParameterValue = { kind: 'arguments', of: 'queue' };
const consumerArguments: ParameterValue = { kind: 'arguments', of: 'consumer' };
const removal = (...words: readonly string[]): ParameterValue => ({ kind: 'removal', words });

const messageProperties: ParameterValue = {
  kind: 'fields',
  of: new Map<string, ParameterKey>([
    ...['content_type', 'content_encoding', 'correlation_id', 'reply_to', 'expiration'].map(
      (name): Row => [name, key(text)],
    ),
    ...['message_id', 'type', 'user_id', 'app_id', 'cluster_id'].map((name): Row => [
      name,
      key(text),
    ]),
    ...['delivery_mode', 'priority', 'timestamp'].map((name): Row => [name, key(number)]),
  ]),
};

const owner: ParameterValue = {
  kind: 'fields',
  of: new Map<string, ParameterKey>([
    ['name', key(text)],
    ['kind', key(choice('exchange', 'queue'))],
    ['virtual_host', key(text)],
  ]),
};

const protocol: ParameterKey = {
  ...key(choice('amqp091', 'amqp10', 'local')),
  other: { until: '4.2', value: choice('amqp091', 'amqp10') },
};

const common: readonly Row[] = [
  ['src-protocol', protocol],
  ['dest-protocol', protocol],
  ['ack-mode', key(choice('no-ack', 'on-publish', 'on-confirm'))],
  ['reconnect-delay', key(number)],
  ['internal', key(flag, { since: '4.2' })],
  ['internal_owner', key(owner, { since: '4.2' })],
];

const source: readonly Row[] = [
  ['src-uri', needed(uris)],
  ['src-consumer-name', key(text, { since: '4.3' })],
  ['src-delete-after-duration', key({ kind: 'integer', least: 1 }, { since: '4.3.5' })],
];
const queueSource: readonly Row[] = [
  ...source,
  ['src-exchange', key(text)],
  ['src-exchange-key', key(text)],
  ['src-queue', key(text)],
  ['src-queue-args', key(queueArguments)],
  ['src-consumer-args', key(consumerArguments)],
  ['src-delete-after', key(removal('never', 'queue-length'))],
  ['src-predeclared', key(flag, { since: '4.0' })],
];

const destination: readonly Row[] = [
  ['dest-uri', needed(uris)],
  ['dest-add-forward-headers', key(flag)],
  ['dest-add-timestamp-header', key(flag)],
];
const queueDestination: readonly Row[] = [
  ...destination,
  ['dest-exchange', key(text)],
  ['dest-exchange-key', key(text)],
  ['dest-queue', key({ kind: 'queue-name' })],
  ['dest-queue-args', key(queueArguments)],
  ['dest-predeclared', key(flag, { since: '4.0' })],
];

/** AMQP 1.0 forbids a shovel to change messages: it reads these no longer. */
const unread: ParameterKey = {
  ...key(texts),
  ignored: { since: '4.2' },
  remedy: 'remove it: RabbitMQ leaves messages as they are',
};

const ends: Readonly<Record<Side, Readonly<Record<Protocol, readonly Row[]>>>> = {
  src: {
    amqp091: [
      ...queueSource,
      ['src-prefetch-count', key(number)],
      ['prefetch-count', key(number)],
      ['delete-after', key(removal('never', 'queue-length'))],
    ],
    amqp10: [
      ...source,
      ['src-address', needed(text)],
      ['src-prefetch-count', key(number)],
      [
        'src-delete-after',
        {
          ...key(removal('never', 'queue-length')),
          other: { since: '4.1.4', value: removal('never') },
        },
      ],
      ['src-predeclared', key(flag, { since: '4.3' })],
      ['src-consumer-args', key(consumerArguments, { since: '4.3.3' })],
    ],
    local: queueSource,
  },
  dest: {
    amqp091: [
      ...queueDestination,
      ['add-forward-headers', key(flag)],
      ['add-timestamp-header', key(flag)],
      ['publish-properties', key(messageProperties)],
      ['dest-publish-properties', key(messageProperties)],
    ],
    amqp10: [
      ...destination,
      ['dest-address', needed(text)],
      ['dest-predeclared', key(flag, { since: '4.3' })],
      ['dest-application-properties', unread],
      ['dest-message-annotations', unread],
      ['dest-properties', unread],
    ],
    local: queueDestination,
  },
};

const isProtocol = (value: Value | undefined): value is Protocol =>
  value === 'amqp091' || value === 'amqp10' || value === 'local';

function protocolOf(side: Side, value: Table): Protocol {
  const given = value.get(`${side}-protocol`);
  return isProtocol(given) ? given : 'amqp091';
}

const tables = new Map<string, KeyTable>();

export function shovelKeys(value: Table): KeyTable {
  const [src, dest] = [protocolOf('src', value), protocolOf('dest', value)];
  const name = `${src} ${dest}`;
  const table = tables.get(name) ?? new Map([...common, ...ends.src[src], ...ends.dest[dest]]);
  tables.set(name, table);
  return table;
}

/** A key that goes with another protocol. */
export function strayShovelKey(name: string): string | undefined {
  for (const side of ['src', 'dest'] as const) {
    const protocols = Object.entries(ends[side]).flatMap(([protocol, rows]) =>
      rows.some(([known]) => known === name) ? protocol : [],
    );
    if (protocols.length > 0) return `it goes with ${side}-protocol: ${oneOf(protocols)}`;
  }
  return undefined;
}

/** What RabbitMQ wants of keys that belong together. */
export const shovelRules: readonly ((value: Table) => Together | undefined)[] = [
  oneSource,
  oneDestination,
  countsAcknowledged,
];

function oneSource(value: Table): Together | undefined {
  if (protocolOf('src', value) === 'amqp10') return undefined;
  const [queue, exchange] = [value.has('src-queue'), value.has('src-exchange')];
  if (queue && exchange) return excludes('src-queue', 'src-exchange');
  if (queue || exchange) return undefined;
  const message = 'a shovel needs src-queue or src-exchange';
  return { message, hint: 'say where it takes messages from', refused: always };
}

function oneDestination(value: Table): Together | undefined {
  if (protocolOf('dest', value) === 'amqp10') return undefined;
  const both = value.has('dest-queue') && value.has('dest-exchange');
  return both ? excludes('dest-queue', 'dest-exchange') : undefined;
}

const excludes = (first: string, second: string): Together => ({
  key: second,
  message: `${second} excludes ${first}`,
  hint: 'remove one of the two',
  refused: always,
});

/** A shovel without acks can't count what it has moved. */
function countsAcknowledged(value: Table): Together | undefined {
  const name = value.has('src-delete-after') ? 'src-delete-after' : 'delete-after';
  const after = value.get(name) ?? null;
  if (value.get('ack-mode') !== 'no-ack' || !fits(after, { kind: 'integer' })) return undefined;
  return {
    key: name,
    message: `ack-mode no-ack excludes a number as ${name}`,
    hint: 'use another ack-mode, or queue-length or never',
    refused: protocolOf('src', value) === 'amqp10' ? { since: '4.2' } : always,
  };
}
