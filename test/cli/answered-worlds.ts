// One object of each kind: how a file declares it, and how a test makes it and looks at it without
// any of topo's code.
import type { Kind } from '../../src/topology/object.ts';
import { api } from '../broker.ts';

export interface World {
  /** The object's entry, and what owns it when the entry is gone; YAML. */
  readonly entry: (vhost: string) => string;
  readonly manage: (vhost: string) => string;
  /** The requests of what it needs, and of itself, without /api/. */
  readonly needs?: readonly Made[];
  readonly made: Made;
  /** Its path, and the start of the path of its list. */
  readonly path: (vhost: string) => string;
  readonly list: string;
  /** The start of the path of what is written, where that is another. */
  readonly written?: (vhost: string) => string;
}

interface Made {
  readonly method?: 'POST';
  readonly path: (vhost: string) => string;
  readonly body: object;
}

const named = (list: string) => (vhost: string) => `${list}/${vhost}/new`;
const global = (list: string) => (vhost: string) => `${list}/${vhost}-new`;
const rights = { configure: '', write: '', read: '.*' };
const user: Made = {
  path: (vhost) => `users/${vhost}-u`,
  body: { password: 'u', tags: 'management' },
};

const queue: World = {
  entry: () => 'queues: [{ name: new, arguments: { x-max-length: 5 } }]',
  manage: () => 'queues: [new]',
  made: { path: named('queues'), body: { durable: true, arguments: { 'x-max-length': 5 } } },
  path: named('queues'),
  list: 'queues',
};

/** Of each kind, and the lock, which is taken before anything is written. */
export const worlds: Record<Kind | 'lock', World> = {
  vhost: {
    entry: (vhost) => `vhosts: [{ name: ${vhost}-new }]`,
    manage: (vhost) => `vhosts: [${vhost}-new]`,
    made: { path: global('vhosts'), body: {} },
    path: global('vhosts'),
    list: 'vhosts',
  },
  user: {
    entry: (vhost) => `users: [{ name: ${vhost}-new, tags: [management], password: planted }]`,
    manage: (vhost) => `users: [${vhost}-new]`,
    made: { path: global('users'), body: { password: 'planted', tags: 'management' } },
    path: global('users'),
    list: 'users',
  },
  permission: {
    entry: (vhost) => `permissions: [{ user: ${vhost}-u, configure: '', write: '', read: '.*' }]`,
    manage: (vhost) => `permissions: [${vhost}-u]`,
    needs: [user],
    made: { path: (vhost) => `permissions/${vhost}/${vhost}-u`, body: rights },
    path: (vhost) => `permissions/${vhost}/${vhost}-u`,
    list: 'permissions',
  },
  topic_permission: {
    entry: (vhost) =>
      `topic_permissions: [{ user: ${vhost}-u, exchange: amq.topic, write: '^a', read: '.*' }]`,
    manage: (vhost) => `topic_permissions: [${vhost}-u]`,
    needs: [user],
    made: {
      path: (vhost) => `topic-permissions/${vhost}/${vhost}-u`,
      body: { exchange: 'amq.topic', write: '^a', read: '.*' },
    },
    path: (vhost) => `topic-permissions/${vhost}/${vhost}-u`,
    list: 'topic-permissions',
  },
  exchange: {
    entry: () => 'exchanges: [{ name: new, type: fanout }]',
    manage: () => 'exchanges: [new]',
    made: { path: named('exchanges'), body: { type: 'fanout', durable: true } },
    path: named('exchanges'),
    list: 'exchanges',
  },
  queue,
  lock: { ...queue, written: (vhost) => `queues/${vhost}/topo.lock` },
  binding: {
    entry: () => 'bindings: [{ source: amq.topic, destination: old, routing_key: new }]',
    manage: () => 'queues: [old], bindings_into: [old]',
    needs: [{ path: (vhost) => `queues/${vhost}/old`, body: { durable: true } }],
    made: {
      method: 'POST',
      path: (vhost) => `bindings/${vhost}/e/amq.topic/q/old`,
      body: { routing_key: 'new' },
    },
    path: (vhost) => `bindings/${vhost}/e/amq.topic/q/old/new`,
    list: 'bindings',
    written: (vhost) => `bindings/${vhost}/e/amq.topic/q/old`,
  },
  parameter: {
    entry: () =>
      `parameters: [{ component: federation-upstream, name: new, value: { uri: 'amqp://127.0.0.1:1' } }]`,
    manage: () => 'parameters: [new]',
    made: {
      path: named('parameters/federation-upstream'),
      body: { value: { uri: 'amqp://127.0.0.1:1' } },
    },
    path: named('parameters/federation-upstream'),
    list: 'parameters',
  },
  global_parameter: {
    entry: (vhost) => `global_parameters: [{ name: ${vhost}-new, value: { n: 1 } }]`,
    manage: (vhost) => `global_parameters: [${vhost}-new]`,
    made: { path: global('global-parameters'), body: { value: { n: 1 } } },
    path: global('global-parameters'),
    list: 'global-parameters',
  },
  policy: {
    entry: () => `policies: [{ name: new, pattern: '^a', definition: { max-length: 5 } }]`,
    manage: () => 'policies: [new]',
    made: { path: named('policies'), body: { pattern: '^a', definition: { 'max-length': 5 } } },
    path: named('policies'),
    list: 'policies',
  },
  operator_policy: {
    entry: () => `operator_policies: [{ name: new, pattern: '^a', definition: { max-length: 5 } }]`,
    manage: () => 'operator_policies: [new]',
    made: {
      path: named('operator-policies'),
      body: { pattern: '^a', definition: { 'max-length': 5 } },
    },
    path: named('operator-policies'),
    list: 'operator-policies',
  },
};

/** A file that declares the object, or owns it without declaring it. */
export function render({ entry, manage }: World, vhost: string, declared: boolean): string {
  const owned = `manage: { ${manage(vhost)} }`;
  const binds = manage(vhost).includes('old') ? ['queues: [{ name: old }]'] : [];
  return [`vhost: ${vhost}`, owned, ...binds, ...(declared ? [entry(vhost)] : []), ''].join('\n');
}

export async function make({ made, needs = [] }: World, vhost: string, all: boolean) {
  for (const { method = 'PUT', path, body } of [...needs, ...(all ? [made] : [])]) {
    await api(method, path(vhost), body);
  }
}

/** Deletes what is in no vhost. */
export async function clean(vhost: string): Promise<void> {
  for (const path of ['users', 'global-parameters', 'vhosts'].flatMap((list) => [
    `${list}/${vhost}-new`,
    ...(list === 'users' ? [`${list}/${vhost}-u`] : []),
  ])) {
    await api('DELETE', path).catch(() => undefined);
  }
}

export async function isThere({ path }: World, vhost: string): Promise<boolean> {
  try {
    const found = await api('GET', path(vhost));
    return !Array.isArray(found) || found.length > 0;
  } catch (error) {
    if (error instanceof Error && error.message.includes(': 404 ')) return false;
    throw error;
  }
}
