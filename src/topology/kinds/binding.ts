// The row of bindings: they lead messages from an exchange to a queue or to another exchange.
import { encode, endsOf, hash, propertiesKeyOf } from '../address.ts';
import { nullArguments, unknownArguments } from '../argument-rules.ts';
import { renderJson } from '../json.ts';
import { bindingArguments } from '../known-arguments.ts';
import { isOwnName } from '../own.ts';
import { nameBreaches, routingKeyBreaches } from '../name-rules.ts';
import type { Binding } from '../object.ts';
import type { Breach } from '../problem.ts';
import { cut, quote } from '../quote.ts';
import { isPredefinedExchange, isSystemQueue } from '../system.ts';
import { canonical } from '../value.ts';
import { oddFinder, reservedName, tableOf, textOf, type Rule, type RowOf } from './kind.ts';

/** An entry of a definitions file, a topology file or the management API. */
export interface RawBinding {
  source: unknown;
  destination: unknown;
  vhost?: string;
  destination_type?: string;
  routing_key?: unknown;
  arguments?: object;
}

const fields = {
  source: { type: 'string' },
  destination: { type: 'string' },
  destination_type: { type: 'string', byDefault: 'queue', isChecked: true },
  routing_key: { type: 'string', byDefault: '' },
} as const;

const oddFieldsOf = oddFinder(fields);

export function normalizeBinding(raw: RawBinding, vhost: string): Binding {
  return {
    kind: 'binding',
    vhost: raw.vhost ?? vhost,
    source: textOf(raw.source),
    destination: textOf(raw.destination),
    destination_type: raw.destination_type === 'exchange' ? 'exchange' : 'queue',
    routing_key: raw.routing_key === undefined ? '' : textOf(raw.routing_key),
    arguments: tableOf(raw.arguments),
    ...oddFieldsOf(raw),
  };
}

/**
 * Whether RabbitMQ would answer 500 to a list of bindings with this one in it: seen on 3.10, 4.0
 * and 4.3.
 */
export const breaksLists = ({ routing_key, arguments: table }: Binding): boolean =>
  table.size > 0 && /~[^~]+$/.test(routing_key);

const findUnknown = unknownArguments('binding', bindingArguments);
/** With these, a headers exchange also compares headers whose names begin with x-. */
const strayArguments: Rule<Pick<Binding, 'arguments'>> = (object) => {
  const match = object.arguments.get('x-match');
  return match === 'all-with-x' || match === 'any-with-x' ? [] : findUnknown(object);
};

export const binding: RowOf<'binding'> = {
  section: 'bindings',
  path: 'bindings',
  changes: 'replace',
  fields,
  attributes: ['arguments'],
  rules: [source, destination, routingKey, listable, strayArguments, nullArguments],
  strayArguments,
  normalize: (raw, vhost) => normalizeBinding(raw as RawBinding, vhost),
  fullArguments: (object) => object.arguments,
  addressOf,
  homeOf,
  namesOf: (object) => [object.source, object.destination],
  isBrokersOwn: ({ source: from, destination_type, destination: name }) =>
    from === '' || isOwnName(from) || (destination_type === 'queue' && isSystemQueue({ name })),
  render,
  renderIdentity,
};

function addressOf(object: Binding): string {
  const type = object.destination_type === 'queue' ? 'q' : 'e';
  const ends = `${encode(object.source)}/${type}/${encode(object.destination)}`;
  return `bindings/${encode(object.vhost)}/e/${ends}/${encode(keyOf(object))}`;
}

/**
 * RabbitMQ's properties_key if the binding has no arguments. With arguments, RabbitMQ's own hash is
 * unknown until the binding exists, so a hash of ours takes its place.
 */
function keyOf({ routing_key, arguments: table }: Binding): string {
  const key = propertiesKeyOf(routing_key);
  if (table.size > 0) return `${key}~${hash(canonical(table), 16)}`;
  return key === '' ? '~' : key;
}

/**
 * A binding goes with its destination, or with its source if the destination is a predefined
 * exchange, which no file owns.
 */
function homeOf(object: Binding) {
  const { source: from, destination: to, destination_type: kind } = object;
  const ends = endsOf(object);
  return kind === 'exchange' && isPredefinedExchange(to)
    ? { address: ends.source, kind, name: from }
    : { address: ends.destination, kind, name: to };
}

function render(object: Binding): string {
  const kind = object.destination_type === 'exchange' ? 'exchange ' : '';
  return `binding ${quote(object.source)} → ${kind}${quote(object.destination)}`;
}

function renderIdentity(object: Binding): string {
  const { routing_key: key, arguments: table } = object;
  const by = key === '' ? 'without a routing key' : `with the routing key ${quote(key)}`;
  const more = table.size === 0 ? '' : ` and the arguments ${cut(renderJson(table))}`;
  return `${render(object)} ${by}${more}`;
}

function source({ source: name }: Binding): Breach[] {
  if (name !== '') return nameBreaches(name, 'source name', ['source']);
  return [
    {
      code: 'default-exchange',
      message: 'nothing can be bound to the default exchange',
      hint: 'it already routes to every queue by name; remove the binding',
      path: ['source'],
    },
  ];
}

function destination({ destination_type, destination: name }: Binding): Breach[] {
  if (destination_type === 'queue' && isSystemQueue({ name })) {
    return [reservedName(`queue ${quote(name)}`, ['destination'])];
  }
  return nameBreaches(name, 'destination name', ['destination']);
}

function routingKey({ routing_key }: Binding): Breach[] {
  return routingKeyBreaches(routing_key, ['routing_key']);
}

function listable(object: Binding): Breach[] {
  if (!breaksLists(object)) return [];
  const key = quote(object.routing_key);
  return [
    {
      code: 'poison-binding',
      message: `with arguments, the routing key ${key} breaks RabbitMQ's list of bindings`,
      hint: 'take the ~ out of the routing key, or leave the arguments out',
      path: ['routing_key'],
    },
  ];
}
