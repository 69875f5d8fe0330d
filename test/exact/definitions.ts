// What a case declares: a definitions file as RabbitMQ's import takes it, every number exact.
import { parse, stringify } from 'lossless-json';

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

/** Stands in every name that must differ from case to case. */
export const ours = '<ours>';

/** Ends every name within a vhost, which several cases share. */
export const nth = '<nth>';

export const toText = (value: unknown): string => stringify(value) ?? '';
export const toValue = (text: string): unknown => parse(text);

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

/** The same for RabbitMQ's own import, which has parameters for two of the sections. */
export function forImport(definitions: Definitions): object {
  const { operator_policies, vhosts, ...rest } = whole(definitions);
  const operators = operator_policies.map(({ vhost, name, ...value }) => {
    return { component: 'operator_policy', vhost, name, value };
  });
  // An import would keep empty ones, which limit nothing.
  const limited = vhosts.filter(({ limits = {} }) => Object.keys(limits as object).length > 0);
  const limits = limited.map(({ name, limits: value }) => {
    return { component: 'vhost-limits', vhost: name, name: 'limits', value };
  });
  const plain = vhosts.map(({ name, description, tags }) => {
    return { name, description, tags, metadata: { description, tags } };
  });
  const parameters = [...rest.parameters, ...operators, ...limits];
  return { ...rest, vhosts: plain, parameters };
}
