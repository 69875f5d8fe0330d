// Turns an export of a Pulumi stack into entries of a topology file. Pulumi's provider is
// Terraform's, with other names.
import { isRecord } from '../../topology/json.ts';
import { chooseBroker } from '../brokers.ts';
import { Secret, type Entry, type Imported, type ImportedSection, type Text } from '../entry.ts';
import { numberedInstance } from '../numbered.ts';
import { namesOf } from '../others.ts';
import { outputsOf } from '../outputs.ts';
import { entriesOf } from '../provider/resources.ts';
import { Misshapen, Shape } from '../shape.ts';
import { parseStack, type PendingOperation, type StackResource } from './stack.ts';

const stackType = 'pulumi:pulumi:Stack';
const isOwn = ({ type }: StackResource): boolean => type.startsWith('rabbitmq:');

/** `broker`: the provider to choose among several. Throws Misshapen. */
export function importStack(text: string, broker?: string): Imported {
  const { resources, pending } = parseStack(text);
  const own = resources.filter(isOwn);
  const current = own.filter(({ isExternal, isGoing }) => !isExternal && !isGoing);
  const chosen = chooseBroker(current, ({ provider }) => provider, { broker, what: 'provider' });
  const entries = chosen.map((resource) => ({ resource, entries: entriesOfResource(resource) }));
  const all = entries.flatMap((each) => each.entries);
  const stack = resources.find(({ type }) => type === stackType)?.outputs ?? {};
  const given = Object.entries(stack).map(([name, value]) => ({ name, value, isSensitive: false }));
  const outputs = outputsOf(given, all);
  return {
    entries: all,
    outputs: outputs.values,
    remarks: [
      ...remarksOf(resources, own),
      ...pendingRemarks(pending.filter(({ resource }) => isWanted(resource, broker))),
      ...outputs.remarks,
    ],
    protect: protectedBy(entries.filter(({ resource }) => resource.isProtected)),
  };
}

const isWanted = (resource: StackResource, broker: string | undefined): boolean =>
  isOwn(resource) && (broker === undefined || resource.provider === broker);

function entriesOfResource(resource: StackResource): Entry[] {
  const { type, name, outputs } = resource;
  const found = entriesOf(providersName(type), new Shape(inSnakeCase(outputs), name));
  if (found === undefined)
    throw new Misshapen(`topo knows no resource ${type}: ${name}`, 'a newer topo may know it');
  return found.map((entry, index) => ({
    ...entry,
    origin: name,
    instance: numberedInstance([type, resource.parent, index], name),
  }));
}

/** rabbitmq:index/operatorPolicy:OperatorPolicy is operator_policy. */
function providersName(type: string): string {
  const name = snakeCase(type.slice(type.lastIndexOf(':') + 1));
  return name === 'v_host' ? 'vhost' : name;
}

const snakeCase = (name: string): string =>
  name.replaceAll(/[A-Z]/g, (letter, at) => `${at === 0 ? '' : '_'}${letter.toLowerCase()}`);

/** The blocks of the provider; all other maps hold keys of RabbitMQ or of people. */
const blocks: ReadonlySet<string> = new Set([
  ...['settings', 'permissions', 'policy', 'info', 'definition'],
]);

function inSnakeCase(outputs: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return renameKeys(outputs, (name, value) => (blocks.has(name) ? inBlock(value) : value));
}

function inBlock(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inBlock);
  const isBlock = isRecord(value) && !(value instanceof Secret);
  return isBlock ? renameKeys(value, (_, item) => item) : value;
}

function renameKeys(
  record: Readonly<Record<string, unknown>>,
  convert: (name: string, value: unknown) => unknown,
): Record<string, unknown> {
  const pairs = Object.entries(record).map(([name, value]) => [
    name.startsWith('__') ? name : snakeCase(name),
    convert(name, value),
  ]);
  return Object.fromEntries(pairs) as Record<string, unknown>;
}

function remarksOf(resources: readonly StackResource[], own: readonly StackResource[]): string[] {
  const names = (list: readonly StackResource[]) => list.map(({ name }) => name);
  const read = own.filter(({ isExternal }) => isExternal);
  const going = own.filter(({ isGoing }) => isGoing);
  const others = resources.filter(({ type }) => !/^(?:rabbitmq|pulumi):/.test(type));
  return [
    ...namesOf('only read, and so left out', names(read)),
    ...namesOf('left out, as the next pulumi up deletes it', names(going)),
    ...namesOf("not RabbitMQ's, and so left out", names(others)),
  ];
}

/** What an operation may have done to the broker that the export doesn't know of. */
const mayHaveDone: Readonly<Record<string, string>> = {
  creating: 'and so perhaps on the broker, but not in this file',
  importing: 'and so perhaps on the broker, but not in this file',
  updating: 'and so perhaps different on the broker',
  deleting: 'and so perhaps gone from the broker',
};

/** Reading does nothing to a broker. */
function pendingRemarks(pending: readonly PendingOperation[]): string[] {
  return Object.entries(mayHaveDone).flatMap(([type, so]) => {
    const names = pending.filter((each) => each.type === type).map(({ resource }) => resource.name);
    return namesOf(`cut off while ${type}, ${so}`, names);
  });
}

/** What `protect: true` says of exchanges and queues, a topology file can say, too. */
function protectedBy(found: readonly { entries: readonly Entry[] }[]) {
  const protect = new Map<'exchanges' | 'queues', Text[]>();
  for (const { section, fields } of found.flatMap(({ entries }) => entries)) {
    const name = fields.get('name') as Text | undefined;
    if (!isProtectable(section) || name === undefined) continue;
    protect.set(section, [...(protect.get(section) ?? []), name]);
  }
  return protect;
}

const isProtectable = (section: ImportedSection): section is 'exchanges' | 'queues' =>
  section === 'exchanges' || section === 'queues';
