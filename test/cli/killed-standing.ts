// Arranges what a broker holds before topo runs, and reads what stands afterwards, with none of
// topo's code.
import { setTimeout as sleep } from 'node:timers/promises';
import { authorizationOf, type Broker } from '../broker-of.ts';
import { api } from '../broker.ts';

type Entry = Readonly<Record<string, unknown>>;

/** As RabbitMQ imports it, but for what is left out. */
export type Definitions = Readonly<Partial<Record<Section, readonly Entry[]>>>;

/** What an entry may leave out. */
const defaults = {
  vhosts: {},
  users: {},
  permissions: { vhost: '' },
  exchanges: { vhost: '', durable: true, auto_delete: false, internal: false, arguments: {} },
  queues: { vhost: '', durable: true, auto_delete: false, arguments: {} },
  bindings: { vhost: '', destination_type: 'queue', routing_key: '', arguments: {} },
  policies: { vhost: '' },
  parameters: { vhost: '' },
  global_parameters: {},
} as const satisfies Record<string, Entry>;
type Section = keyof typeof defaults;

interface Row extends Entry {
  readonly name?: string;
  readonly vhost?: string;
  readonly user?: string;
  readonly source?: string;
  readonly type?: string;
}

/** The lists of a vhost, and the fields that say what an object is. */
const listed: Readonly<Record<string, readonly string[]>> = {
  exchanges: ['name', 'type', 'durable', 'auto_delete', 'internal', 'arguments'],
  queues: ['name', 'durable', 'auto_delete', 'arguments'],
  bindings: ['source', 'destination_type', 'destination', 'routing_key', 'arguments'],
  policies: ['name', 'pattern', 'apply-to', 'priority', 'definition'],
  'operator-policies': ['name', 'pattern', 'apply-to', 'priority', 'definition'],
  'vhost-limits': ['value'],
  'parameters/federation-upstream': ['name', 'value'],
};
/** The lists of the broker, and how an entry is known to be of this vhost. */
const wide: Readonly<Record<string, readonly string[]>> = {
  vhosts: ['name', 'description', 'tags', 'default_queue_type'],
  users: ['name', 'tags', 'limits'],
  'user-limits': ['user', 'value'],
  permissions: ['vhost', 'user', 'configure', 'write', 'read'],
  'topic-permissions': ['vhost', 'user', 'exchange', 'write', 'read'],
  'global-parameters': ['name', 'value'],
};

/** RabbitMQ's own exchanges and their bindings. */
const isPredefined = ({ name, source }: Row): boolean =>
  name === '' || name?.startsWith('amq.') === true || source === '';

const sorted = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;

const line = (list: string, row: Row, fields: readonly string[]): string =>
  `${list} ${fields.map((field) => JSON.stringify(sorted(row[field]))).join(' ')}`;

/** All that is of a vhost, or whose name begins with its name. */
export class Ground {
  readonly #at: Broker;
  readonly #vhost: string;

  constructor(at: Broker, vhost: string) {
    this.#at = at;
    this.#vhost = vhost;
  }

  /** `messages`: how many persistent ones go into which queue. */
  async arrange(
    definitions: Definitions,
    messages: Readonly<Record<string, number>>,
  ): Promise<void> {
    const filled = Object.entries(definitions).map(([section, entries]): [string, object] => [
      section,
      entries.map((entry) => {
        const whole = { ...defaults[section as Section], ...entry };
        return 'vhost' in whole && whole.vhost === '' ? { ...whole, vhost: this.#vhost } : whole;
      }),
    ]);
    await this.#ask('POST', 'definitions', Object.fromEntries(filled));
    for (const [routing_key, count] of Object.entries(messages)) {
      for (let n = 1; n <= count; n++) {
        await this.#ask('POST', `exchanges/${this.#vhost}/amq.default/publish`, {
          ...{ routing_key, payload: `${routing_key} ${n}`, payload_encoding: 'string' },
          properties: { delivery_mode: 2 },
        });
      }
    }
  }

  /** Leaves out what a killed rehearsal leaves for a day. */
  async standing(passwords: readonly (readonly [user: string, password: string])[]) {
    const vhosts = await this.#vhosts();
    const lines = await Promise.all([
      ...vhosts.flatMap((vhost) => [
        ...Object.entries(listed).map(([list, fields]) => this.#ofVhost(vhost, list, fields)),
        this.#heldIn(vhost),
      ]),
      ...Object.entries(wide).map(([list, fields]) => this.#ofBroker(list, fields)),
      Promise.all(passwords.map(([user, password]) => this.#canLogIn(user, password))),
    ]);
    return lines
      .flat()
      .filter((text) => !text.includes('.topo-rehearsal-'))
      .map((text) => text.replaceAll(this.#vhost, 'VHOST'))
      .sort();
  }

  /** Deletes what is outside the vhost. */
  async clear(): Promise<void> {
    for (const name of await this.#vhosts()) {
      if (name !== this.#vhost) await this.#ask('DELETE', `vhosts/${name}`);
    }
    for (const list of ['users', 'global-parameters']) {
      for (const { name = '' } of await this.#list(list)) {
        if (name.startsWith(this.#vhost)) await this.#ask('DELETE', `${list}/${name}`);
      }
    }
  }

  async #vhosts(): Promise<string[]> {
    const names = (await this.#list('vhosts')).map(({ name = '' }) => name);
    return names.filter((name) => name.startsWith(this.#vhost));
  }

  async #ofVhost(vhost: string, list: string, fields: readonly string[]): Promise<string[]> {
    const rows = await this.#list(`${list}/${vhost}`);
    const named = `${list} in ${vhost}`;
    return rows.filter((row) => !isPredefined(row)).map((row) => line(named, row, fields));
  }

  async #ofBroker(list: string, fields: readonly string[]): Promise<string[]> {
    const isOurs = (name?: string) => name?.startsWith(this.#vhost);
    const rows = await this.#list(list);
    return rows
      .filter(({ name, user, vhost }) => [name, user, vhost].some(isOurs))
      .map((row) => line(list, row, fields));
  }

  /** In the order in which the messages are in their queue. */
  async #heldIn(vhost: string): Promise<string[]> {
    const queues = await this.#list(`queues/${vhost}`);
    const held = queues.filter(isReadable).map(async ({ name = '' }) => {
      const path = `queues/${vhost}/${encodeURIComponent(name)}/get`;
      const asked = { count: 10_000, ackmode: 'ack_requeue_true', encoding: 'auto' };
      const got = (await this.#ask('POST', path, asked)) as { payload: string }[];
      return `messages in ${vhost} ${name}: ${got.map(({ payload }) => payload).join(', ')}`;
    });
    return Promise.all(held);
  }

  async #canLogIn(username: string, password: string): Promise<string> {
    const authorization = authorizationOf({ ...this.#at, username, password });
    const { ok } = await fetch(`${this.#at.endpoint}/api/whoami`, { headers: { authorization } });
    return `${username} can log in: ${ok}`;
  }

  async #list(path: string): Promise<Row[]> {
    return (await this.#ask('GET', path)) as Row[];
  }

  /** Asks again if the broker has closed the connection: all of it may be repeated. */
  async #ask(method: string, path: string, body?: object): Promise<unknown> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await api(method, path, body, this.#at);
      } catch (error) {
        if (!(error instanceof TypeError) || attempt === 20) throw error;
        await sleep(100);
      }
    }
  }
}

const isReadable = ({ type }: Row): boolean => type !== 'stream';
