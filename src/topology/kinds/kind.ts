// What topology asks of a kind of object. Each kind has a row in a file of its own; kinds.ts has the table.
import type { Address } from '../address.ts';
import type { Breach } from '../breach.ts';
import { renderJson } from '../json.ts';
import type { BindingEnd, Kind, OddFields, TopologyObject } from '../object.ts';
import { toTable, type Table, type Value } from '../value.ts';

/** The list that has the objects of a kind, in a topology file and in the management API. */
export type Section = 'exchanges' | 'queues' | 'bindings';

/** What an object goes with when a broker's objects are divided among teams or files. */
export interface Home {
  readonly address: Address;
  readonly kind: BindingEnd['kind'];
  readonly name: string;
}

export type Rule<T> = (object: T) => readonly Breach[];

export interface Field {
  readonly type: 'string' | 'boolean';
  /** What RabbitMQ takes it for where an entry leaves it out. */
  readonly byDefault?: string | boolean;
  /** RabbitMQ's import checks its type. Where it doesn't, a broker may hold anything. */
  readonly isChecked?: true;
}

export interface KindRow<T extends TopologyObject> {
  readonly section: Section;
  /** All but `vhost` and `arguments`, in the order in which people write them. */
  readonly fields: Readonly<Record<string, Field>>;
  /** The fields that an object can differ in under one address. */
  readonly attributes: readonly (string & keyof T)[];
  /** Arguments that RabbitMQ or one of its usual plugins looks at. */
  readonly knownArguments: ReadonlySet<string>;
  /** All but those that need the broker or another object. A new rule is a function and an entry. */
  readonly rules: readonly Rule<T>[];
  /** Finds arguments that nothing looks at, even in an entry that is wrong otherwise. */
  readonly strayArguments: Rule<{ readonly arguments: Table }>;
  normalize(raw: object, vhost: string): T;
  /** The object with what the broker adds by its vhost's default queue type. */
  withDefaults(object: T, queueType: string): T;
  /** The arguments as the broker is sent them, and as a file or a plan writes them. */
  fullArguments(object: T): Table;
  addressOf(object: T): Address;
  /** Where it goes when objects are divided among teams or files. */
  homeOf(object: T): Home;
  /** What `--target` can name it by. */
  namesOf(object: T): readonly string[];
  /** Whether an export lists it although RabbitMQ or a plugin made it. */
  isBrokersOwn(object: T): boolean;
  /** Such as: queue "orders", binding "ml_tasks" → "orders". */
  render(object: T): string;
  /** The same with everything that tells it apart from others of its kind. */
  renderIdentity(object: T): string;
}

/** The row of one kind of object. */
export type RowOf<K extends Kind> = KindRow<Extract<TopologyObject, { kind: K }>>;

const none: Table = new Map();

export const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : renderJson(value);

export const flagOf = (value: unknown, byDefault: boolean): boolean =>
  typeof value === 'boolean' ? value : byDefault;

export function tableOf(args: object | undefined): Table {
  if (args instanceof Map) return args as ReadonlyMap<string, Value>;
  return args === undefined ? none : toTable(args);
}

/** Finds the fields of an entry whose values can't be used. A missing field has a default. */
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
  hint: `choose another name; objects of the broker's own are never created, changed or deleted`,
  path,
});
