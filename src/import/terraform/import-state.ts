// Turns a state of Terraform or OpenTofu into entries of a topology file.
import { isRecord } from '../../topology/json.ts';
import { Secret, type Entry, type Imported, type Instance } from '../entry.ts';
import { chooseBroker } from '../brokers.ts';
import { namesOf } from '../others.ts';
import { outputsOf } from '../outputs.ts';
import { entriesOf } from '../provider/resources.ts';
import { Misshapen, Shape } from '../shape.ts';
import { parseState, type State, type StateInstance } from './state.ts';

const prefix = 'rabbitmq_';

/** `broker`: the provider configuration to choose among several. Throws Misshapen. */
export function importState(text: string, broker?: string): Imported {
  const state = parseState(text);
  const own = state.instances.filter(({ type }) => type.startsWith(prefix));
  const current = own.filter(({ mode, status }) => mode === 'managed' && status !== 'deposed');
  const chosen = chooseBroker(current, (one) => configurationOf(one.provider), {
    broker,
    what: 'provider configuration',
  });
  const entries = chosen.flatMap(entriesOfInstance);
  const outputs = outputsOf(state.outputs, entries);
  return {
    entries,
    outputs: outputs.values,
    remarks: [...remarksOf(state, own), ...outputs.remarks],
  };
}

/** What tells several configurations of the provider apart: a module and an alias. */
function configurationOf(provider: string): string {
  const [, module = '', alias = ''] =
    /^(.*?)\.?provider(?:\[[^\]]*\]|\.\w+)\.?(.*)$/.exec(provider) ?? [];
  const name = [module, alias].filter((part) => part !== '').join('.');
  return name === '' ? 'default' : name;
}

function entriesOfInstance(instance: StateInstance): Entry[] {
  const { type, address, status } = instance;
  const attributes = new Shape(hide(instance), address);
  const found = entriesOf(type.slice(prefix.length), attributes);
  if (found === undefined)
    throw new Misshapen(`topo knows no resource ${type}: ${address}`, 'a newer topo may know it');
  const comments =
    status === 'tainted' ? ['tainted: the next terraform apply would have replaced it'] : [];
  return found.map((entry, index) => ({
    ...entry,
    origin: address,
    instance: instanceOf(instance, index),
    comments: [...(entry.comments ?? []), ...comments],
  }));
}

/** An instance may make several entries: the first of each fold together, and so on. */
function instanceOf({ group, keys }: StateInstance, index: number): Instance | undefined {
  return keys.size === 0 ? undefined : { group: `${group} ${index}`, keys };
}

/** The attributes, with what the configuration marks as sensitive as secrets. */
function hide({ attributes, sensitive, address }: StateInstance): unknown {
  let hidden: unknown = attributes;
  for (const path of sensitive) hidden = hideAt(hidden, path, `${address} ${path.join(' ')}`);
  return hidden;
}

function hideAt(value: unknown, path: readonly (string | number)[], label: string): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return typeof value === 'string' ? new Secret(value, label, true) : value;
  if (Array.isArray(value))
    return value.map((item: unknown, index) => (index === step ? hideAt(item, rest, label) : item));
  if (value instanceof Secret) return value;
  if (!isRecord(value) || typeof step !== 'string' || !Object.hasOwn(value, step)) return value;
  return { ...value, [step]: hideAt(value[step], rest, label) };
}

function remarksOf(state: State, own: readonly StateInstance[]): string[] {
  const addresses = (list: readonly StateInstance[]) => list.map(({ address }) => address);
  const read = own.filter(({ mode }) => mode === 'data');
  const deposed = own.filter(({ status }) => status === 'deposed');
  const others = state.instances.filter(
    ({ type, mode }) => !type.startsWith(prefix) && mode === 'managed',
  );
  return [
    ...namesOf('only read, and so left out', addresses(read)),
    ...namesOf('deposed, and so left out: terraform apply would delete', addresses(deposed)),
    ...namesOf("not RabbitMQ's, and so left out", addresses(others)),
  ];
}
