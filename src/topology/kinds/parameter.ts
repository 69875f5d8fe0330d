// The rows of runtime parameters: those of a component in a vhost, and those of the whole cluster.
import { encode } from '../address.ts';
import { nameBreaches } from '../name-rules.ts';
import type { GlobalParameter, Parameter } from '../object.ts';
import { parameterRules } from '../parameter-rules.ts';
import type { Breach } from '../problem.ts';
import { quote } from '../quote.ts';
import { isSameValue, readSaved, veil, withKept } from '../secret-values.ts';
import { toPlain, toValue, type Value } from '../value.ts';
import { textOf, type RowOf, type Veil } from './kind.ts';

/** An entry of a definitions file, a topology file or the management API. */
interface RawParameter {
  component: string;
  name: unknown;
  vhost?: string;
  value: unknown;
}

/** The component in which RabbitMQ keeps the names of exchanges while it deletes them. */
export const deleteInProgress = 'exchange-delete-in-progress';

/** Texts in a value may hold secrets. */
const secrets: Veil = {
  isSame: (a, b) => isSameValue(a as Value, b as Value),
  merge: (own, found) => withKept(own as Value, found as Value),
  render: toPlain,
};

function normalizeParameter(raw: RawParameter, vhost: string): Parameter {
  const { component } = raw;
  const name = textOf(raw.name);
  const value = veil(toValue(raw.value), name);
  return { kind: 'parameter', vhost: raw.vhost ?? vhost, component, name, value };
}

const addressOf = ({ component, vhost, name }: Parameter) =>
  `parameters/${encode(component)}/${encode(vhost)}/${encode(name)}`;
const render = ({ component, name }: Parameter): string => `${component} ${quote(name)}`;

export const parameter: RowOf<'parameter'> = {
  section: 'parameters',
  path: 'parameters',
  changes: 'update',
  fields: { component: { type: 'string' }, name: { type: 'string' }, value: { type: 'value' } },
  attributes: ['value'],
  veils: { value: secrets },
  rules: [({ name }) => nameBreaches(name, 'parameter name', ['name']), ...parameterRules],
  normalize: (raw, vhost) => normalizeParameter(raw as RawParameter, vhost),
  fromFields: (fields) => {
    const raw = fields as RawParameter;
    return { ...normalizeParameter(raw, ''), value: readSaved(raw.value) };
  },
  toEntry: ({ vhost, component, name, value }) => ({ vhost, component, name, value }),
  addressOf,
  homeOf: (object) => ({ address: addressOf(object), kind: 'parameter', name: object.name }),
  namesOf: ({ component, name }) => [name, `${component}/${name}`],
  isBrokersOwn: ({ component }) => component === deleteInProgress,
  render,
  renderIdentity: render,
};

interface RawGlobalParameter {
  name: unknown;
  value: unknown;
}

/** RabbitMQ takes an empty map for an empty list, but not within a value (3.10.8, 4.0.5, 4.3.6). */
function toStored(raw: unknown, name: string): Value {
  const value = toValue(raw);
  return value instanceof Map && value.size === 0 ? [] : veil(value, name);
}

function normalizeGlobalParameter(raw: RawGlobalParameter): GlobalParameter {
  const value = toStored(raw.value, textOf(raw.name));
  return { kind: 'global_parameter', vhost: null, name: textOf(raw.name), value };
}

/** RabbitMQ makes these for itself; people set some of them in other ways. */
const own: ReadonlyMap<string, string> = new Map([
  ['internal_cluster_id', 'remove it: RabbitMQ makes it once, and tells clusters apart by it'],
  ['cluster_name', 'remove it, and set the name with rabbitmqctl set_cluster_name'],
  [
    'cluster_tags',
    'remove it: the configuration of the nodes sets it, as cluster_tags.KEY = VALUE',
  ],
  ['imported_definition_hash_value', 'remove it: RabbitMQ keeps it for itself, and never lists it'],
]);

function nameIsFree({ name }: GlobalParameter): Breach[] {
  const hint = own.get(name);
  if (hint === undefined) return [];
  const message = `the global parameter ${quote(name)} belongs to RabbitMQ`;
  return [{ code: 'reserved-name', message, hint, path: ['name'] }];
}

const addressOfGlobal = ({ name }: GlobalParameter) => `global-parameters/${encode(name)}`;
const renderGlobal = ({ name }: GlobalParameter): string => `global parameter ${quote(name)}`;

export const globalParameter: RowOf<'global_parameter'> = {
  section: 'global_parameters',
  path: 'global-parameters',
  changes: 'update',
  fields: { name: { type: 'string' }, value: { type: 'value' } },
  attributes: ['value'],
  veils: { value: secrets },
  rules: [({ name }) => nameBreaches(name, 'parameter name', ['name']), nameIsFree],
  normalize: (raw) => normalizeGlobalParameter(raw as RawGlobalParameter),
  fromFields: (fields) => {
    const raw = fields as RawGlobalParameter;
    return { ...normalizeGlobalParameter(raw), value: readSaved(raw.value) };
  },
  toEntry: ({ name, value }) => ({ name, value }),
  addressOf: addressOfGlobal,
  homeOf: (object) => ({
    address: addressOfGlobal(object),
    kind: 'global_parameter',
    name: object.name,
  }),
  namesOf: ({ name }) => [name],
  isBrokersOwn: ({ name }) => own.has(name),
  render: renderGlobal,
  renderIdentity: renderGlobal,
};
