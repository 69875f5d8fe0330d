// How the management API reads and writes the objects that a PUT changes in place.
import { encode } from '../topology/address.ts';
import { addressOf } from '../topology/identity.ts';
import type { KindRow } from '../topology/kinds/kind.ts';
import { kinds } from '../topology/kinds/kinds.ts';
import { isRecord } from '../topology/json.ts';
import type { ObjectOf, Setting, Vhost } from '../topology/object.ts';
import type { Password } from '../topology/password.ts';
import { toTable, type Table } from '../topology/value.ts';
import { unveil } from '../topology/secret-values.ts';
import type { Client } from './client.ts';
import type { Look } from './answer.ts';
import { forgo } from './forgo.ts';
import { anything, maybe, object, parseRows, text, type Shape } from './shape.ts';

type SettingKind = Setting['kind'];

interface Calls<T extends Setting> {
  /** What each entry of the list must have. */
  readonly shape: Shape<Record<string, unknown>>;
  /** The path of one object, if it is not its address. */
  pathOf?(object: T): string;
  /** The body of a PUT. */
  bodyOf(object: T): object;
  /** The limits that have requests of their own, below this path. */
  readonly limits?: 'vhost-limits' | 'user-limits';
}

const calls: { readonly [K in SettingKind]: Calls<ObjectOf<K>> } = {
  vhost: {
    shape: { name: text },
    limits: 'vhost-limits',
    bodyOf: ({ description, tags, default_queue_type: type, tracing }) => ({
      ...(description !== undefined && { description }),
      // 3.10 takes a list, too, but 3.9 and older only one text.
      ...(tags !== undefined && { tags: tags.join(',') }),
      // 3.10 knows the type by this name only.
      ...(type !== undefined && { default_queue_type: type, defaultqueuetype: type }),
      ...(tracing !== undefined && { tracing }),
    }),
  },
  user: {
    shape: { name: text, tags: anything, password_hash: text, hashing_algorithm: text },
    limits: 'user-limits',
    bodyOf: ({ tags, password }) => ({ tags, ...credentialsFor(password) }),
  },
  permission: {
    shape: { user: text, vhost: text, configure: text, write: text, read: text },
    bodyOf: ({ configure, write, read }) => ({ configure, write, read }),
  },
  topic_permission: {
    shape: { user: text, vhost: text, exchange: text, write: text, read: text },
    pathOf: ({ vhost, user }) => `topic-permissions/${encode(vhost)}/${encode(user)}`,
    bodyOf: ({ exchange, write, read }) => ({ exchange, write, read }),
  },
  policy: policyCalls(),
  operator_policy: policyCalls(),
  parameter: {
    shape: { component: text, vhost: text, name: text, value: anything },
    bodyOf: ({ component, vhost, name, value }) => ({
      component,
      vhost,
      name,
      value: unveil(value),
    }),
  },
  global_parameter: {
    shape: { name: text, value: anything },
    bodyOf: ({ name, value }) => ({ name, value: unveil(value) }),
  },
};

/** A PUT without any of them takes the password away. */
function credentialsFor(password: Password | undefined): object {
  switch (password?.kind) {
    case 'text':
      return { password: password.text?.reveal() };
    case 'hash':
      return { password_hash: password.hash?.reveal(), hashing_algorithm: password.algorithm };
    default:
      return { password_hash: '' };
  }
}

function policyCalls<T extends ObjectOf<'policy' | 'operator_policy'>>(): Calls<T> {
  return {
    shape: {
      ...{ vhost: text, name: text, pattern: text },
      ...{ 'apply-to': maybe(text), priority: anything, definition: object },
    },
    bodyOf: ({ pattern, priority, definition, ...policy }) => ({
      pattern,
      'apply-to': policy['apply-to'],
      priority,
      definition,
    }),
  };
}

export const callsOf = <T extends Setting>({ kind }: T): Calls<T> =>
  calls[kind] as unknown as Calls<T>;

export const pathOfSetting = (one: Setting): string => callsOf(one).pathOf?.(one) ?? addressOf(one);

/** Reads the objects of a kind in one vhost, or in all; those of the whole cluster anyway. */
export function readSettings<K extends SettingKind>(
  client: Client,
  kind: K,
  vhost?: string,
): Promise<ObjectOf<K>[]> {
  const all = kind === 'vhost' ? 'vhosts?disable_stats=true' : kinds[kind].path;
  const list = vhost === undefined ? all : `${kinds[kind].path}/${encode(vhost)}`;
  return client.readList(list, parseAll(kind));
}

const parseAll =
  <K extends SettingKind>(kind: K) =>
  (answer: unknown): ObjectOf<K>[] => {
    const rowOf = kinds[kind] as unknown as KindRow<ObjectOf<K>>;
    const sound = Array.isArray(answer)
      ? answer.filter((row) => isReachable(row) && !(kind === 'vhost' && isGone(row)))
      : answer;
    return parseRows(calls[kind].shape)(sound).map((row) => rowOf.normalize(row, ''));
  };

/** An import may store names that are no text: no request can reach what bears them. */
const isReachable = (row: unknown): boolean =>
  isRecord(row) && ['name', 'vhost', 'user'].every((field) => isTextOrNone(row[field]));
/** A vhost that is deleted meanwhile is listed without its name. */
const isGone = (row: unknown): boolean => !(isRecord(row) && 'name' in row);
const isTextOrNone = (value: unknown) => value === undefined || typeof value === 'string';

interface LimitsRow {
  readonly vhost: string;
  readonly value: object;
}

const parseLimits = parseRows<LimitsRow>({ vhost: text, value: object });

/** The limits of each vhost that has some, or of one. */
async function readVhostLimits(client: Client, vhost?: string): Promise<Map<string, Table>> {
  const list = vhost === undefined ? 'vhost-limits' : `vhost-limits/${encode(vhost)}`;
  const read = () => client.readList(list, parseLimits);
  // RabbitMQ refuses the list while one of the vhosts is being deleted.
  const rows = (await read().catch(forgo)) ?? (await read());
  return new Map(rows.map((row) => [row.vhost, toTable(row.value)]));
}

/** Looks at what the broker holds under this address now. */
export async function lookAtSetting(client: Client, one: Setting): Promise<Look<Setting>> {
  const look = await client.look(pathOfSetting(one), (answer) =>
    parseAll(one.kind)([answer].flat()).find((found) => addressOf(found) === addressOf(one)),
  );
  if (look.kind !== 'there') return look;
  const { object: found } = look;
  if (found === undefined) return { kind: 'gone' };
  if (found.kind !== 'vhost') return { kind: 'there', object: found };
  return { kind: 'there', object: whole(found, await readVhostLimits(client, found.name)) };
}

/** Reads every vhost with its limits. */
export async function readVhostsWhole(client: Client): Promise<Vhost[]> {
  const [found, limits] = await Promise.all([
    readSettings(client, 'vhost'),
    readVhostLimits(client),
  ]);
  return found.map((one) => whole(one, limits));
}

/** 3.10 names no default queue type if it is classic. */
const whole = (vhost: Vhost, limits: ReadonlyMap<string, Table>): Vhost => ({
  ...vhost,
  default_queue_type: vhost.default_queue_type ?? 'classic',
  limits: limits.get(vhost.name) ?? new Map(),
});
