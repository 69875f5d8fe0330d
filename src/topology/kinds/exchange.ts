// The row of exchanges: publishers send messages to them.
import { addressOfNamed } from '../address.ts';
import { misspelledArguments, nullArguments, unknownArguments } from '../argument-rules.ts';
import { exchangeArguments, exchangeTypes } from '../known-arguments.ts';
import { nameBreaches } from '../name-rules.ts';
import type { Exchange } from '../object.ts';
import type { Breach } from '../problem.ts';
import { oneOf, quote } from '../quote.ts';
import { isSystemExchange, isSystemExchangeType } from '../system.ts';
import { flagOf, oddFinder, reservedName, tableOf, textOf, type RowOf } from './kind.ts';

/** An entry of a definitions file, a topology file or the management API. */
export interface RawExchange {
  name: unknown;
  type: string;
  vhost?: string;
  durable?: unknown;
  auto_delete?: unknown;
  internal?: unknown;
  arguments?: object;
}

const fields = {
  name: { type: 'string' },
  type: { type: 'string', isChecked: true },
  durable: { type: 'boolean', byDefault: true },
  auto_delete: { type: 'boolean', byDefault: false },
  internal: { type: 'boolean', byDefault: false },
} as const;

const oddFieldsOf = oddFinder(fields);

export function normalizeExchange(raw: RawExchange, vhost: string): Exchange {
  return {
    kind: 'exchange',
    vhost: raw.vhost ?? vhost,
    name: textOf(raw.name),
    type: raw.type,
    durable: flagOf(raw.durable, fields.durable.byDefault),
    auto_delete: flagOf(raw.auto_delete, fields.auto_delete.byDefault),
    internal: flagOf(raw.internal, fields.internal.byDefault),
    arguments: tableOf(raw.arguments),
    ...oddFieldsOf(raw),
  };
}

const addressOf = ({ vhost, name }: Exchange) => addressOfNamed('exchange', vhost, name);
const render = ({ name }: Exchange): string => `exchange ${quote(name)}`;
const strayArguments = unknownArguments('exchange', exchangeArguments);
const misspelled = misspelledArguments('exchange', exchangeArguments);

export const exchange: RowOf<'exchange'> = {
  section: 'exchanges',
  path: 'exchanges',
  changes: 'replace',
  fields,
  attributes: ['type', 'durable', 'auto_delete', 'internal', 'arguments'],
  rules: [
    exchangeName,
    foreignArguments,
    oneHash,
    delayedType,
    deduplicationCache,
    unknownUnlessPlugins,
    nullArguments,
  ],
  strayArguments,
  normalize: (raw, vhost) => normalizeExchange(raw as RawExchange, vhost),
  fullArguments: (object) => object.arguments,
  addressOf,
  homeOf: (object) => ({ address: addressOf(object), kind: 'exchange', name: object.name }),
  namesOf: ({ name }) => [name],
  isBrokersOwn: isSystemExchange,
  render,
  renderIdentity: render,
};

function exchangeName(object: Exchange): Breach[] {
  const { name, type } = object;
  if (isSystemExchangeType(type)) return [reservedType(type)];
  if (name === '' || !isSystemExchange(object))
    return nameBreaches(name, 'exchange name', ['name']);
  return [reservedName(render(object), ['name'])];
}

const reservedType = (type: string): Breach => ({
  code: 'reserved-type',
  message: `a plugin makes exchanges of type ${type} for itself`,
  hint: 'choose another type; topo never creates, changes or deletes such exchanges',
  path: ['type'],
});

const delayed = 'x-delayed-message';

/**
 * The types that read the exchange's arguments: its own and, behind the delay of an
 * x-delayed-message exchange, that of its x-delayed-type.
 */
export function typesOf({ type, arguments: table }: Pick<Exchange, 'type' | 'arguments'>) {
  const behind = type === delayed ? table.get('x-delayed-type') : undefined;
  return typeof behind === 'string' ? [type, behind] : [type];
}

const isKnown = (object: Exchange): boolean =>
  typesOf(object).every((type) => exchangeTypes.has(type));

/** topo doesn't know what a plugin's own type reads. */
function unknownUnlessPlugins(object: Exchange): Breach[] {
  return isKnown(object) ? strayArguments(object) : misspelled(object);
}

function foreignArguments(object: Exchange): Breach[] {
  if (!isKnown(object)) return [];
  const types = typesOf(object);
  return [...object.arguments.keys()].flatMap((name) => {
    const readers = [...exchangeTypes].filter(([, names]) => names.includes(name));
    if (readers.length === 0 || readers.some(([type]) => types.includes(type))) return [];
    const owners = oneOf(readers.map(([type]) => type));
    return {
      code: 'foreign-argument',
      message: `${name} is an argument of ${owners} exchanges, but this one is ${types.join(' of ')}`,
      hint: 'RabbitMQ would store it but never read it; remove the argument, or change the type',
      path: ['arguments', name],
      doubtful: 'argument',
    };
  });
}

function oneHash(object: Exchange): Breach[] {
  const { arguments: table } = object;
  const isHashed = typesOf(object).includes('x-consistent-hash');
  if (!isHashed || !table.has('hash-header') || !table.has('hash-property')) return [];
  return [
    {
      code: 'two-hashes',
      message: 'hash-header and hash-property exclude each other',
      hint: 'RabbitMQ refuses it; remove one of the two',
      path: ['arguments', 'hash-property'],
    },
  ];
}

function delayedType({ type, arguments: table }: Exchange): Breach[] {
  if (type !== delayed) return [];
  const behind = table.get('x-delayed-type');
  if (behind === undefined) {
    return [missing(type, 'x-delayed-type', 'the type of the exchange, such as direct')];
  }
  if (behind !== delayed) return [];
  return [
    {
      code: 'delayed-type',
      message: `x-delayed-type can't be ${delayed} itself`,
      hint: 'RabbitMQ refuses it; write the type behind the delay, such as direct',
      path: ['arguments', 'x-delayed-type'],
    },
  ];
}

function deduplicationCache({ type, arguments: table }: Exchange): Breach[] {
  if (type !== 'x-message-deduplication' || table.has('x-cache-size')) return [];
  return [missing(type, 'x-cache-size', 'how many messages it remembers')];
}

const missing = (type: string, argument: string, what: string): Breach => ({
  code: 'missing-argument',
  message: `an ${type} exchange needs the argument ${argument}`,
  hint: `RabbitMQ refuses it; add ${argument}: ${what}`,
  path: ['type'],
});
