// A broker that topo is to change in many ways, the edits of an administrator to it, and what is
// theirs in it. Without any of topo's code.
import { api } from '../broker.ts';

/** Replaces x and q1, deletes old and gone, creates new-x and new-q, and changes the rest. */
export const yamlOf = (vhost: string): string => `vhost: ${vhost}
manage: { exchanges: [old], queues: [gone], policies: ['p*'] }
exchanges: [{ name: x, type: topic }, { name: new-x, type: fanout }]
queues: [{ name: q1, arguments: { x-max-length: 500 } }, { name: q2 }, { name: new-q }]
bindings:
  - { source: x, destination: q1, routing_key: a }
  - { source: new-x, destination: new-q, routing_key: k }
  - { source: amq.topic, destination: q2, routing_key: n }
policies: [{ name: p1, pattern: '^none$', definition: { max-length: 20 } }]
users: [{ name: ${vhost}-u, tags: [monitoring] }]
permissions: [{ user: ${vhost}-u, configure: '', write: '', read: '.*' }]
`;

const durable = { durable: true };

export class Admin {
  readonly #vhost: string;
  /** How many messages a queue holds, of those that nobody but topo may take away. */
  readonly messages = new Map<string, number>();
  /** Routing keys of the bindings from x to their own queue. */
  readonly keys = new Set(['t']);
  /** Those that they removed before the apply began, and x stayed. */
  readonly gone = new Set<string>();
  #made = 0;

  constructor(vhost: string) {
    this.#vhost = vhost;
  }

  async arrange(): Promise<void> {
    for (const name of ['x', 'old']) await this.exchange(name, 'direct');
    for (const name of ['q1', 'q2', 'gone', 'theirs']) await this.queue(name);
    await this.#bind('x/q/q1', 'a');
    await this.#bind('x/q/theirs', 't');
    await this.publish('theirs', 2);
    await this.policy(10);
    await this.user('management');
    await this.permit('.*');
  }

  async queue(name: string, length?: number): Promise<void> {
    const args = length === undefined ? {} : { 'x-max-length': length };
    await this.#tryTo('PUT', `queues/${this.#vhost}/${name}`, { ...durable, arguments: args });
  }

  async exchange(name: string, type: string): Promise<void> {
    await this.#tryTo('PUT', `exchanges/${this.#vhost}/${name}`, { type, ...durable });
  }

  async remove(kind: 'queues' | 'exchanges', name: string): Promise<void> {
    await this.#tryTo('DELETE', `${kind}/${this.#vhost}/${name}`);
    if (kind === 'queues') this.messages.delete(name);
    else if (name === 'x') this.keys.clear();
  }

  async publish(queue: string, count: number): Promise<void> {
    const message = {
      properties: {},
      routing_key: queue,
      payload: 'm',
      payload_encoding: 'string',
    };
    const path = `exchanges/${this.#vhost}/amq.default/publish`;
    for (let n = 0; n < count; n++) {
      const { routed } = (await api('POST', path, message)) as { routed: boolean };
      if (routed) this.messages.set(queue, (this.messages.get(queue) ?? 0) + 1);
    }
  }

  async bindTheirs(key: string): Promise<void> {
    if (await this.#bind('x/q/theirs', key)) this.keys.add(key);
  }

  async unbindTheirs(key: string): Promise<void> {
    await this.#tryTo('DELETE', `bindings/${this.#vhost}/e/x/q/theirs/${key}`);
    this.keys.delete(key);
  }

  async unbindOurs(): Promise<void> {
    await this.#tryTo('DELETE', `bindings/${this.#vhost}/e/x/q/q1/a`);
  }

  async bindAhead(): Promise<void> {
    await this.#bind('amq.topic/q/q2', 'n');
  }

  async policy(length: number): Promise<void> {
    const body = { pattern: '^none$', definition: { 'max-length': length } };
    await this.#tryTo('PUT', `policies/${this.#vhost}/p1`, body);
  }

  async removePolicy(): Promise<void> {
    await this.#tryTo('DELETE', `policies/${this.#vhost}/p1`);
  }

  async user(tags: string): Promise<void> {
    await this.#tryTo('PUT', `users/${this.#vhost}-u`, { tags, password: 'u' });
  }

  async permit(write: string): Promise<void> {
    const rights = { configure: '', write, read: '.*' };
    await this.#tryTo('PUT', `permissions/${this.#vhost}/${this.#vhost}-u`, rights);
  }

  async makeTheirs(): Promise<void> {
    const name = `admin-${this.#made++}`;
    await this.queue(name);
    await this.publish(name, 1);
  }

  async #bind(ends: string, routing_key: string): Promise<boolean> {
    return this.#tryTo('POST', `bindings/${this.#vhost}/e/${ends}`, { routing_key });
  }

  /** What topo does meanwhile may make it impossible; returns whether it was done. */
  async #tryTo(method: string, path: string, body?: object): Promise<boolean> {
    try {
      await api(method, path, body);
      return true;
    } catch (error) {
      if (error instanceof Error && /: (400|404|405) /.test(error.message)) return false;
      throw error;
    }
  }
}

/** By name. */
export const edits: Record<string, (admin: Admin) => Promise<unknown>> = {
  'new-q is declared equally': (admin) => admin.queue('new-q'),
  'new-q is declared differently': (admin) => admin.queue('new-q', 7),
  'new-x is declared equally': (admin) => admin.exchange('new-x', 'fanout'),
  'new-x is declared differently': (admin) => admin.exchange('new-x', 'headers'),
  'q1 is deleted': (admin) => admin.remove('queues', 'q1'),
  'q1 is changed as planned': (admin) => again(admin, 'q1', 500),
  'q1 is changed otherwise': (admin) => again(admin, 'q1', 9),
  'q1 gets messages': (admin) => admin.publish('q1', 3),
  'q2 gets messages': (admin) => admin.publish('q2', 2),
  'gone gets messages': (admin) => admin.publish('gone', 1),
  'gone is changed otherwise': (admin) => again(admin, 'gone', 9),
  'gone is deleted': (admin) => admin.remove('queues', 'gone'),
  'old is changed otherwise': (admin) => another(admin, 'old', 'fanout'),
  'old is deleted': (admin) => admin.remove('exchanges', 'old'),
  'x is deleted': (admin) => admin.remove('exchanges', 'x'),
  'x is changed as planned': (admin) => another(admin, 'x', 'topic'),
  'x is changed otherwise': (admin) => another(admin, 'x', 'headers'),
  'their queue is bound': (admin) => admin.bindTheirs('late'),
  'their queue is unbound': (admin) => admin.unbindTheirs('t'),
  'our queue is unbound': (admin) => admin.unbindOurs(),
  'a binding is made ahead': (admin) => admin.bindAhead(),
  'the policy is changed as planned': (admin) => admin.policy(20),
  'the policy is changed otherwise': (admin) => admin.policy(15),
  'the policy is deleted': (admin) => admin.removePolicy(),
  'the user is changed as planned': (admin) => admin.user('monitoring'),
  'the user is changed otherwise': (admin) => admin.user('policymaker'),
  'the rights are changed': (admin) => admin.permit('^w'),
  'the rights are changed as planned': (admin) => admin.permit(''),
  'a queue of theirs is made': (admin) => admin.makeTheirs(),
};

/** The objects that these edits leave otherwise than any plan has seen them, by path. */
export const madeOtherwise: Readonly<Record<string, (vhost: string) => string>> = {
  'q1 is changed otherwise': (vhost) => `queues/${vhost}/q1`,
  'gone is changed otherwise': (vhost) => `queues/${vhost}/gone`,
  'x is changed otherwise': (vhost) => `exchanges/${vhost}/x`,
  'old is changed otherwise': (vhost) => `exchanges/${vhost}/old`,
  'the policy is changed otherwise': (vhost) => `policies/${vhost}/p1`,
  'the user is changed otherwise': (vhost) => `users/${vhost}-u`,
  'the rights are changed': (vhost) => `permissions/${vhost}/${vhost}-u`,
};

async function again(admin: Admin, name: string, length: number): Promise<void> {
  await admin.remove('queues', name);
  await admin.queue(name, length);
}

async function another(admin: Admin, name: string, type: string): Promise<void> {
  await admin.remove('exchanges', name);
  await admin.exchange(name, type);
}

interface Row {
  readonly [field: string]: unknown;
  readonly name: string;
  readonly source: string;
  readonly destination: string;
  readonly routing_key: string;
}

const read = async (path: string): Promise<Row[]> => (await api('GET', path)) as Row[];
const queuesOf = (vhost: string) =>
  read(`queues/${vhost}?disable_stats=true&enable_queue_totals=true`);

/** Everything in the vhost, but messages, rehearsals and the lock, as sorted lines. */
export async function standing(vhost: string): Promise<string[]> {
  const lists = await Promise.all([
    read(`exchanges/${vhost}?disable_stats=true`),
    queuesOf(vhost),
    read(`bindings/${vhost}`),
    read(`policies/${vhost}`),
    read(`vhosts/${vhost}/permissions`),
    read(`users/${vhost}-u`).then((user) => [user as unknown as Row]),
  ]);
  const shown = [
    'name',
    'type',
    'durable',
    'arguments',
    'source',
    'destination',
    'routing_key',
  ].concat(['definition', 'user', 'configure', 'write', 'read', 'tags', 'password_hash']);
  return lists
    .flat()
    .map((row) => JSON.stringify(shown.map((field) => row[field] ?? null)))
    .filter((line) => !line.includes('topo-rehearsal') && !line.includes('"topo.lock"'))
    .sort();
}

/** What of theirs is not as they left it; `given`: queues whose messages may go. */
export async function lostOf(
  vhost: string,
  { messages, keys, gone }: Admin,
  given: readonly string[] = [],
): Promise<string[]> {
  const queues = new Map((await queuesOf(vhost)).map((row) => [row.name, Number(row['messages'])]));
  const bound = (await read(`bindings/${vhost}`))
    .filter(({ source, destination }) => source === 'x' && destination === 'theirs')
    .map(({ routing_key }) => routing_key);
  return [
    ...[...messages]
      .filter(([queue, count]) => !given.includes(queue) && queues.get(queue) !== count)
      .map(([queue, count]) => `${queue} holds ${queues.get(queue)} of ${count} messages`),
    ...[...keys].filter((key) => !bound.includes(key)).map((key) => `binding ${key} is lost`),
    ...bound.filter((key) => gone.has(key)).map((key) => `binding ${key} came back`),
    ...(queues.has('theirs') ? [] : ['their queue is lost']),
  ];
}
