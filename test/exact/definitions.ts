// What a case declares: a definitions file as RabbitMQ's import takes it, every number exact.
import { isLosslessNumber, parse, stringify } from 'lossless-json';

export type Entry = Readonly<Record<string, unknown>>;

export const sections = [
  'vhosts',
  'users',
  'permissions',
  'topic_permissions',
  'policies',
  'operator_policies',
  'parameters',
  'global_parameters',
  'exchanges',
  'queues',
  'bindings',
] as const;
export type Section = (typeof sections)[number];
export type Definitions = Readonly<Record<Section, readonly Entry[]>>;

export type QueueType = 'classic' | 'quorum';

/** Stands in every name that must differ from case to case. */
export const ours = '<ours>';

/** The vhost of a case. */
export const vhost = `${ours}vhost`;

/** Ends every name within a vhost, which several cases share. */
export const nth = '<nth>';

export const toText = (value: unknown): string => stringify(value) ?? '';
export const toValue = (text: string): unknown => parse(text);

/** Maps by their keys; every number as it is written. */
export function render(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(render).join()}]`;
  if (typeof value !== 'object' || value === null || isLosslessNumber(value)) return toText(value);
  const sorted = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([key, item]) => `${toText(key)}:${render(item)}`).join()}}`;
}

/** The same with another name for what is its own. */
export const renamed = <T>(value: T, from: string, to: string): T =>
  toValue(toText(value).replaceAll(from, to)) as T;

const bySection = (of: (section: Section) => readonly Entry[]): Definitions =>
  Object.fromEntries(sections.map((section) => [section, of(section)])) as Definitions;

export const merged = (all: readonly Definitions[]): Definitions =>
  bySection((section) => all.flatMap((one) => one[section]));

/** What an import makes of an entry without the field, or what it must be given. */
const defaults: Readonly<Record<Section, Entry>> = {
  vhosts: {},
  users: { tags: [] },
  permissions: {},
  topic_permissions: {},
  policies: { 'apply-to': 'all', priority: 0 },
  operator_policies: { 'apply-to': 'all', priority: 0 },
  parameters: {},
  global_parameters: {},
  exchanges: { durable: true, auto_delete: false, internal: false, arguments: {} },
  queues: { durable: true, auto_delete: false, arguments: {} },
  bindings: { destination_type: 'queue', routing_key: '', arguments: {} },
};

export const whole = (definitions: Definitions): Definitions =>
  bySection((section) => definitions[section].map((entry) => ({ ...defaults[section], ...entry })));

/**
 * The same as RabbitMQ exports it: operator policies and limits of vhosts are parameters. A vhost
 * keeps empty limits, which no parameter says.
 */
export function asExported(definitions: Definitions): Omit<Definitions, 'operator_policies'> {
  const { operator_policies, vhosts, ...rest } = definitions;
  const operators = operator_policies.map(({ vhost, name, ...value }) => {
    return { component: 'operator_policy', vhost, name, value };
  });
  const limited = vhosts.filter(hasLimits).map(({ name, limits: value }) => {
    return { component: 'vhost-limits', vhost: name, name: 'limits', value };
  });
  const plain = vhosts.map((one) => {
    const { limits, ...fields } = one;
    return hasLimits(one) ? fields : { ...fields, limits };
  });
  const parameters = [...rest.parameters, ...operators, ...limited];
  return { ...rest, vhosts: plain, parameters };
}

const hasLimits = ({ limits = {} }: Entry): boolean => Object.keys(limits as object).length > 0;

/** The same for RabbitMQ's own import. `isTyped`: it knows no default types of vhosts. */
export function forImport(definitions: Definitions, { isTyped = false } = {}): object {
  const { vhosts, queues, ...rest } = asExported(whole(definitions));
  const plain = vhosts.map(({ name, description, tags, default_queue_type }) => {
    return { name, description, tags, metadata: { description, tags, default_queue_type } };
  });
  const typed = queues.map((queue) => withType(queue, vhosts));
  return { ...rest, vhosts: plain, queues: isTyped ? typed : queues };
}

/** A queue of all fields, with the type that its vhost gives it. */
export function withType(queue: Entry, vhosts: readonly Entry[]): Entry {
  const { default_queue_type: given = 'classic' } =
    vhosts.find(({ name }) => name === queue['vhost']) ?? {};
  const type = queue['durable'] === true && queue['auto_delete'] === false ? given : 'classic';
  return { ...queue, arguments: { 'x-queue-type': type, ...(queue['arguments'] as object) } };
}
