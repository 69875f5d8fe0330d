// What topology must know of a kind of object. Each kind fills in a row in its own file; kinds.ts
// lists the rows.
import type { Address } from '../address.ts';
import { renderJson } from '../json.ts';
import type { Kind, ObjectOf, OddFields, TopologyObject } from '../object.ts';
import type { Breach } from '../problem.ts';
import { toTable, type Table, type Value } from '../value.ts';

/** The list of a kind's objects in a topology file. */
export type Section =
  | 'vhosts'
  | 'users'
  | 'permissions'
  | 'topic_permissions'
  | 'exchanges'
  | 'queues'
  | 'bindings'
  | 'policies'
  | 'operator_policies'
  | 'parameters'
  | 'global_parameters';

/** A kind whose objects patterns of names can own. */
export type Ownable = Exclude<Kind, 'binding'>;

/**
 * What an object goes with when a broker's objects are divided among teams or files: a binding with
 * an exchange or a queue, all others with themselves.
 */
export interface Home {
  readonly address: Address;
  readonly kind: Ownable;
  readonly name: string;
}

export type Rule<T> = (object: T) => readonly Breach[];

export interface Field {
  readonly type: 'string' | 'boolean' | 'number' | 'list' | 'map' | 'value';
  /** The value that RabbitMQ assumes if an entry leaves the field out. */
  readonly byDefault?: string | boolean | number | readonly string[];
  /**
   * RabbitMQ's import checks the type of this field. Without the check, a broker may hold anything.
   */
  readonly isChecked?: true;
}

/** How an attribute compares that is no plain value, and what stands for it in plans. */
export interface Veil {
  readonly isSame: (a: unknown, b: unknown) => boolean;
  /** Takes over what is equal, if not all is. */
  readonly merge?: (own: unknown, found: unknown) => unknown;
  readonly render: (value: unknown) => unknown;
}

export interface KindRow<T extends TopologyObject> {
  readonly section: Section;
  /** The list of its objects in the management API: the first part of their addresses. */
  readonly path: string;
  /** How a difference is settled: by deleting and creating it again, or by one more PUT. */
  readonly changes: 'replace' | 'update';
  /** Every field except `vhost` and `arguments`, in the order in which people write them. */
  readonly fields: Readonly<Record<string, Field>>;
  /** The fields in which two objects of one address can differ. */
  readonly attributes: readonly (string & keyof T)[];
  /** Those of them that may be secret. */
  readonly veils?: Readonly<Record<string, Veil>>;
  /**
   * The rules that need neither the broker nor other objects. To add one, write a function and list
   * it.
   */
  readonly rules: readonly Rule<T>[];
  /** Finds arguments that RabbitMQ never reads, even in an entry that is wrong otherwise. */
  readonly strayArguments?: Rule<{ readonly arguments: Table }>;
  normalize(raw: object, vhost: string): T;
  /** Reads the fields of a plan back, if they are not those of an entry. */
  fromFields?(fields: object): T;
  /** The fields of an entry, if they are not those of a plan. */
  toEntry?(object: T): Readonly<Record<string, unknown>>;
  /** Adds what the broker adds because of its vhost's default queue type. */
  withDefaults?(object: T, queueType: string): T;
  /** The arguments as topo sends them to the broker, and as files and plans write them. */
  fullArguments?(object: T): Table;
  addressOf(object: T): Address;
  homeOf(object: T): Home;
  /** The names that `--target`, `manage` and `protect` know it by. */
  namesOf(object: T): readonly string[];
  /** Whether RabbitMQ or a plugin made it, although an export lists it. */
  isBrokersOwn(object: T): boolean;
  /** Such as: queue "orders", binding "ml_tasks" → "orders". */
  render(object: T): string;
  /** The same, with all that distinguishes it from others of its kind. */
  renderIdentity(object: T): string;
}

/** The row of one kind of object. */
export type RowOf<K extends Kind> = KindRow<ObjectOf<K>>;

const none: Table = new Map();

export const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : renderJson(value);

export const flagOf = (value: unknown, byDefault: boolean): boolean =>
  typeof value === 'boolean' ? value : byDefault;

export function tableOf(args: object | undefined): Table {
  if (args instanceof Map) return args as ReadonlyMap<string, Value>;
  return args === undefined ? none : toTable(args);
}

/** RabbitMQ 3 exports tags as one text: `management,policymaker`. Their order says nothing. */
export function tagsOf(tags: unknown): readonly string[] {
  const list: readonly unknown[] = typeof tags === 'string' ? tags.split(',') : [tags].flat();
  const texts = list.map((tag) => (typeof tag === 'string' ? tag.trim() : renderJson(tag)));
  return [...new Set(texts)].filter((tag) => tag !== '').sort();
}

/** RabbitMQ exports [] for no limits. */
export function limitsOf(limits: unknown): Table | undefined {
  if (limits === undefined || limits === null) return undefined;
  return Array.isArray(limits) ? none : tableOf(limits);
}

/** Makes the function that finds an entry's unusable fields. A missing field has its default. */
export function oddFinder(fields: Readonly<Record<string, Field>>) {
  const unchecked = Object.entries(fields).filter(([, { isChecked }]) => isChecked !== true);
  return (raw: object): { odd?: OddFields } => {
    let odd: Map<string, unknown> | undefined;
    for (const [name, { type }] of unchecked) {
      const value: unknown = (raw as Record<string, unknown>)[name];
      if (value === undefined || typeof value === type) continue;
      (odd ??= new Map()).set(name, value);
    }
    return odd === undefined ? {} : { odd };
  };
}

export const reservedName = (what: string, path: Breach['path']): Breach => ({
  code: 'reserved-name',
  message: `${what} belongs to RabbitMQ, a plugin or topo itself`,
  hint: `choose another name; topo never creates, changes or deletes such objects`,
  path,
});
