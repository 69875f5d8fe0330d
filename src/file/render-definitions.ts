// Renders objects as definitions for RabbitMQ's import.
import { renderJson } from '../topology/json.ts';
import type { Section } from '../topology/kinds/kind.ts';
import { toEntry, toFields, type Fields } from '../topology/normal-form.ts';
import type { TopologyObject } from '../topology/object.ts';
import { strip } from '../topology/secret-values.ts';
import { toPlain } from '../topology/value.ts';
import { bySection } from './render-yaml.ts';

export interface DefinitionsOptions {
  /** The broker's version. It also tells topo that the file has no expressions. */
  readonly version: string;
  /** Vhosts to create if they don't exist, with their default queue types. */
  readonly vhosts: ReadonlyMap<string, string>;
}

/**
 * Whether an object is a user or needs one. An import without the hashes takes passwords away, or
 * makes random ones; and it fails at a permission without its user.
 */
export const needsUsers = ({ kind }: TopologyObject): boolean =>
  kind === 'user' || kind === 'permission' || kind === 'topic_permission';

/** What `POST /definitions` accepts, on an empty broker, too. */
export function renderDefinitions(
  objects: readonly TopologyObject[],
  { version, vhosts }: DefinitionsOptions,
): string {
  const definitions = { rabbit_version: version, rabbitmq_version: version };
  const used = [...vhosts].map(([name, type]) => renderVhost(name, type));
  const lists = new Map<string, readonly object[]>([['vhosts', used]]);
  for (const [section, list] of bySection(objects)) {
    const { into = section, entryOf = toFields } = forms[section] ?? {};
    lists.set(into, [
      ...(section === 'vhosts' ? [] : (lists.get(into) ?? [])),
      ...list.map(entryOf),
    ]);
  }
  const limits = objects.flatMap((object) => limitsOf(object));
  if (limits.length > 0) lists.set('parameters', [...(lists.get('parameters') ?? []), ...limits]);
  return `${renderJson({ ...definitions, ...Object.fromEntries(lists) }, 2)}\n`;
}

interface Form {
  /** The list that RabbitMQ knows them by. */
  readonly into?: string;
  readonly entryOf?: (object: TopologyObject) => object;
}

const forms: Readonly<Partial<Record<Section, Form>>> = {
  vhosts: { entryOf: toVhostEntry },
  users: { entryOf: toEntry },
  parameters: { entryOf: withoutSecrets },
  global_parameters: { entryOf: withoutSecrets },
  operator_policies: { into: 'parameters', entryOf: toOperatorPolicyEntry },
};

/** RabbitMQ reads no variables: what is secret in a value is left out. */
function withoutSecrets(object: TopologyObject): object {
  if (object.kind !== 'parameter' && object.kind !== 'global_parameter') return toFields(object);
  return { ...toFields(object), value: toPlain(strip(object.value)) };
}

function renderVhost(name: string, type: string): object {
  return type === 'classic' ? { name } : { name, metadata: { default_queue_type: type } };
}

/** RabbitMQ reads what describes a vhost as metadata, and its limits as a parameter. */
function toVhostEntry(object: TopologyObject): object {
  const { name, description, tags, default_queue_type, ...more }: Fields = toFields(object);
  const { protected_from_deletion, tracing } = more;
  return {
    name,
    ...(tracing === true && { tracing }),
    metadata: {
      ...(description !== undefined && { description }),
      ...(tags !== undefined && { tags }),
      ...(default_queue_type !== undefined && { default_queue_type }),
      ...(protected_from_deletion === true && { protected_from_deletion }),
    },
  };
}

function limitsOf(object: TopologyObject): object[] {
  if (object.kind !== 'vhost' || object.limits === undefined || object.limits.size === 0) return [];
  const { name: vhost, limits: value } = object;
  return [{ component: 'vhost-limits', name: 'limits', vhost, value }];
}

function toOperatorPolicyEntry(object: TopologyObject): object {
  const { vhost, name, ...value } = toFields(object);
  return { component: 'operator_policy', vhost, name, value };
}
