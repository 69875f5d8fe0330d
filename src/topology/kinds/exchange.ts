// The row of exchanges: publishers send messages to them.
import { addressOfNamed } from '../address.ts';
import { nullArguments, unknownArguments } from '../argument-rules.ts';
import { exchangeArguments } from '../known-arguments.ts';
import { nameBreaches } from '../name-rules.ts';
import type { Exchange } from '../object.ts';
import type { Breach } from '../problem.ts';
import { quote } from '../quote.ts';
import { isSystemExchange } from '../system.ts';
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

export const exchange: RowOf<'exchange'> = {
  section: 'exchanges',
  fields,
  attributes: ['type', 'durable', 'auto_delete', 'internal', 'arguments'],
  rules: [exchangeName, strayArguments, nullArguments],
  strayArguments,
  normalize: (raw, vhost) => normalizeExchange(raw as RawExchange, vhost),
  withDefaults: (object) => object,
  fullArguments: (object) => object.arguments,
  addressOf,
  homeOf: (object) => ({ address: addressOf(object), kind: 'exchange', name: object.name }),
  namesOf: ({ name }) => [name],
  isBrokersOwn: isSystemExchange,
  render,
  renderIdentity: render,
};

function exchangeName(object: Exchange): Breach[] {
  const { name } = object;
  if (name === '' || !isSystemExchange(object))
    return nameBreaches(name, 'exchange name', ['name']);
  return [reservedName(render(object), ['name'])];
}
