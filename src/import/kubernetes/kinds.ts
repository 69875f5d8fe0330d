// The topology operator's kinds, as entries of a topology file.
import { fieldMap, Secret, type ImportedSection } from '../entry.ts';
import type { Shape } from '../shape.ts';
import type { Found, FoundOrNot } from './found.ts';
import { shovelOf, tableOf, upstreamOf } from './parameters.ts';
import type { KubernetesObject } from './manifests.ts';
import type { Secrets } from './secrets.ts';
import { superStreamOf } from './super-stream.ts';
import { userOf, type Users } from './users.ts';

export interface Surroundings {
  readonly secrets: Secrets;
  readonly users: Users;
}

type Kind = (object: KubernetesObject, spec: Shape, around: Surroundings) => FoundOrNot;

const kinds: Readonly<Record<string, Kind>> = {
  Vhost: (_, spec) => {
    const limits = spec.map('limits');
    return one('vhosts', {
      name: spec.plainText('name'),
      tags: spec.raw('tags') === undefined ? undefined : spec.texts('tags'),
      default_queue_type: spec.optionalPlainText('defaultQueueType'),
      tracing: spec.flag('tracing'),
      limits:
        limits &&
        fieldMap({
          'max-connections': limits.integer('connections'),
          'max-queues': limits.integer('queues'),
        }),
    });
  },
  User: (object, spec, { secrets }) => userOf(object, spec, secrets),
  Permission: (object, spec, { users }) =>
    granted('permissions', ['configure', 'write', 'read'], object, spec, users),
  TopicPermission: (object, spec, { users }) =>
    granted('topic_permissions', ['exchange', 'write', 'read'], object, spec, users),
  Policy: (_, spec) => one('policies', policyOf(spec, 'all')),
  OperatorPolicy: (_, spec) => one('operator_policies', policyOf(spec, 'queues')),
  Federation: ({ namespace }, spec, { secrets }) =>
    one('parameters', {
      ...named(spec),
      component: 'federation-upstream',
      value: upstreamOf(spec, spec.plainText('name'), urisOf(spec, namespace, secrets)),
    }),
  Shovel: ({ namespace }, spec, { secrets }) =>
    one('parameters', {
      ...named(spec),
      component: 'shovel',
      value: shovelOf(spec, spec.plainText('name'), urisOf(spec, namespace, secrets)),
    }),
  SchemaReplication: ({ namespace }, spec, { secrets }) => {
    const secret = secretOf(spec, 'upstreamSecret', namespace, secrets);
    const endpoints = spec.optionalPlainText('endpoints') ?? secret?.get('endpoints') ?? '';
    const shown = (key: string) => new Secret(secret?.get(key), `SCHEMA REPLICATION ${key}`, true);
    return one('global_parameters', {
      name: 'schema_definition_sync_upstream',
      value: fieldMap({
        username: secret?.get('username') ?? shown('username'),
        password: shown('password'),
        endpoints: endpoints.split(','),
      }),
    });
  },
  Exchange: (_, spec) =>
    one('exchanges', {
      ...named(spec),
      type: spec.optionalPlainText('type') ?? 'direct',
      durable: spec.flag('durable') ?? false,
      auto_delete: spec.flag('autoDelete') ?? false,
      arguments: nonEmpty(tableOf(spec, 'arguments')),
    }),
  Queue: (_, spec) => {
    const table = new Map(tableOf(spec, 'arguments'));
    const type = spec.optionalPlainText('type') ?? '';
    if (type !== '') table.set('x-queue-type', type);
    return one('queues', {
      ...named(spec),
      durable: spec.flag('durable') ?? false,
      auto_delete: spec.flag('autoDelete') ?? false,
      arguments: nonEmpty(table),
    });
  },
  Binding: (_, spec) =>
    one('bindings', {
      source: spec.optionalPlainText('source') ?? '',
      vhost: vhostOf(spec),
      destination: spec.optionalPlainText('destination') ?? '',
      destination_type: spec.optionalPlainText('destinationType') ?? 'queue',
      routing_key: spec.optionalPlainText('routingKey') ?? '',
      arguments: nonEmpty(tableOf(spec, 'arguments')),
    }),
  SuperStream: ({ name }, spec) => superStreamOf(name, spec, vhostOf(spec)),
};

/** Undefined for kinds that describe no topology. */
export const kindOf = (kind: string): Kind | undefined =>
  Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;

const one = (section: ImportedSection, fields: Parameters<typeof fieldMap>[0]): Found[] => [
  { section, fields: fieldMap(fields) },
];

const vhostOf = (spec: Shape): string => spec.optionalPlainText('vhost') ?? '/';
const named = (spec: Shape) => ({ name: spec.plainText('name'), vhost: vhostOf(spec) });
const nonEmpty = <T extends { readonly size: number }>(table: T | undefined): T | undefined =>
  table?.size === 0 ? undefined : table;

function policyOf(spec: Shape, applyTo: string) {
  return {
    ...named(spec),
    pattern: spec.plainText('pattern'),
    'apply-to': spec.optionalPlainText('applyTo') ?? applyTo,
    priority: spec.integer('priority') ?? 0,
    definition: tableOf(spec, 'definition') ?? new Map(),
  };
}

function granted(
  section: 'permissions' | 'topic_permissions',
  names: readonly string[],
  { namespace }: KubernetesObject,
  spec: Shape,
  users: Users,
): FoundOrNot {
  const reference = spec.map('userReference')?.plainText('name');
  const user =
    reference === undefined ? spec.optionalPlainText('user') : users.nameOf(namespace, reference);
  if (user === undefined)
    return { leftOut: `the name of its user ${reference ?? ''} is not among the files` };
  const rights = spec.map('permissions');
  const given = names.map((name) => [name, rights?.optionalPlainText(name) ?? '']);
  return one(section, {
    user,
    vhost: spec.plainText('vhost'),
    ...(Object.fromEntries(given) as Record<string, string>),
  });
}

const urisOf = (spec: Shape, namespace: string, secrets: Secrets) =>
  secretOf(spec, 'uriSecret', namespace, secrets);

function secretOf(spec: Shape, field: string, namespace: string, secrets: Secrets) {
  const name = spec.map(field)?.plainText('name');
  return name === undefined ? undefined : secrets.get(namespace, name);
}
