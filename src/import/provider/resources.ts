// The resources of the RabbitMQ provider, which Terraform, OpenTofu and Pulumi share, as entries.
import { Secret, fieldMap, type Entry, type FieldMap, type ImportedSection } from '../entry.ts';
import type { Shape } from '../shape.ts';
import { argumentsOf, definitionOf, limitOf, nonZero } from './values.ts';
import { shovelOf, upstreamOf } from './parameters.ts';

type Entries = readonly Pick<Entry, 'section' | 'fields' | 'comments'>[];
type Resource = (attributes: Shape) => Entries;

/** By the provider's name, without its prefix `rabbitmq_`. */
const resources: Readonly<Record<string, Resource>> = {
  vhost: (given) =>
    one('vhosts', {
      name: given.text('name'),
      description: given.optionalText('description'),
      default_queue_type: nonZero(given.optionalText('default_queue_type')),
      tracing: given.flag('tracing'),
      limits: limitsOf(given),
    }),
  user: userOf,
  permissions: (given) => {
    const rights = given.block('permissions');
    return one('permissions', {
      user: given.text('user'),
      vhost: vhostOf(given),
      ...rightsOf(rights, ['configure', 'write', 'read']),
    });
  },
  topic_permissions: (given) =>
    given.maps('permissions').flatMap((rights) =>
      one('topic_permissions', {
        user: given.text('user'),
        vhost: vhostOf(given),
        exchange: rights.text('exchange'),
        ...rightsOf(rights, ['write', 'read']),
      }),
    ),
  policy: (given) => one('policies', policyOf(given, { splitsNodes: true })),
  operator_policy: (given) => one('operator_policies', policyOf(given, { splitsNodes: false })),
  federation_upstream: (given) => one('parameters', parameterOf(given, 'federation-upstream')),
  shovel: (given) => one('parameters', parameterOf(given, 'shovel')),
  exchange: (given) => {
    const settings = given.block('settings');
    return one('exchanges', {
      name: given.text('name'),
      vhost: vhostOf(given),
      type: settings.text('type'),
      ...lifeOf(settings),
      arguments: argumentsOf(settings),
    });
  },
  queue: (given) => {
    const settings = given.block('settings');
    return one('queues', {
      name: given.text('name'),
      vhost: vhostOf(given),
      ...lifeOf(settings),
      arguments: argumentsOf(settings),
    });
  },
  binding: (given) =>
    one('bindings', {
      source: given.text('source'),
      vhost: given.text('vhost'),
      destination: given.text('destination'),
      destination_type: given.text('destination_type'),
      routing_key: given.optionalText('routing_key') ?? '',
      arguments: argumentsOf(given),
    }),
};

/** Undefined if the provider has no such resource. Throws Misshapen. */
export function entriesOf(type: string, attributes: Shape): Entries | undefined {
  return Object.hasOwn(resources, type) ? resources[type]?.(attributes) : undefined;
}

const one = (section: ImportedSection, fields: Parameters<typeof fieldMap>[0]): Entries => [
  { section, fields: fieldMap(fields) },
];

const vhostOf = (given: Shape) => given.optionalText('vhost') ?? '/';

/** The provider's default is not durable. */
const lifeOf = (settings: Shape) => ({
  durable: settings.flag('durable') ?? false,
  auto_delete: settings.flag('auto_delete') ?? false,
});

const rightsOf = (rights: Shape, names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, rights.optionalText(name) ?? '']));

function limitsOf(given: Shape): FieldMap | undefined {
  const limits = fieldMap({
    'max-connections': limitOf(given, 'max_connections'),
    'max-queues': limitOf(given, 'max_queues'),
  });
  return limits.size === 0 ? undefined : limits;
}

/** The provider never reads a password: a user that was only imported there has none. */
function userOf(given: Shape): Entries {
  const name = given.text('name');
  const password = given.optionalText('password');
  const text = password instanceof Secret ? password.text : password;
  const isKnown = password instanceof Secret || (text ?? '') !== '';
  const fields = {
    name,
    password: isKnown ? new Secret(text, `USER ${labelOf(name)} PASSWORD`) : undefined,
    tags: given.texts('tags'),
  };
  const comments = isKnown ? [] : ['its password is not in the state: topo leaves it as it is'];
  return [{ section: 'users', fields: fieldMap(fields), comments }];
}

const labelOf = (name: string | Secret): string => (name instanceof Secret ? '' : name);

function policyOf(given: Shape, { splitsNodes }: { splitsNodes: boolean }) {
  const policy = given.block('policy');
  return {
    name: given.text('name'),
    vhost: vhostOf(given),
    pattern: policy.text('pattern'),
    'apply-to': policy.text('apply_to'),
    priority: policy.integer('priority') ?? 0,
    definition: definitionOf(policy, splitsNodes),
  };
}

function parameterOf(given: Shape, component: 'shovel' | 'federation-upstream') {
  const name = given.text('name');
  const value = component === 'shovel' ? shovelOf : upstreamOf;
  return { name, vhost: vhostOf(given), component, value: value(given, labelOf(name)) };
}
