// What an import finds: entries of a topology file, and what has no place in one.
import type { Spelled } from '../file/render-scalar.ts';
import type { Scalar } from '../file/scalar.ts';
import type { Value } from '../topology/value.ts';

/** A value that must not stand in the file: it becomes `${env:NAME}`. */
export class Secret {
  /** Undefined if the source holds it encrypted, or not at all. */
  readonly text: string | undefined;
  /** What it is, as words of its variable's name, such as `USER app PASSWORD`. */
  readonly label: string;
  /** Whether it stands in a field whose value topo shows; --allow-env lets a file do so. */
  readonly isShown: boolean;
  constructor(text: string | undefined, label: string, isShown = false) {
    this.text = text;
    this.label = label;
    this.isShown = isShown;
  }
}

/** A text that may be secret. */
export type Text = string | Secret;
export type Field = Scalar | Secret | Spelled | FieldMap | readonly Field[];
export type FieldMap = ReadonlyMap<string, Field>;

/** Undefined fields are left out. */
export function fieldMap(fields: Readonly<Record<string, Field | undefined>>): FieldMap {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  return new Map(given as [string, Field][]);
}

/** Which instance of a resource an entry is, for it to be folded with the others. */
export interface Instance {
  /** Entries of one group are instances of one resource. */
  readonly group: string;
  /** By variable: the number or key of this instance; of instances of modules, several. */
  readonly keys: ReadonlyMap<string, number | string>;
}

export interface Entry {
  readonly section: ImportedSection;
  readonly fields: FieldMap;
  /** What it is called where it comes from, such as `rabbitmq_queue.worker[0]`. */
  readonly origin: string;
  readonly instance?: Instance | undefined;
  /** What the entry can't say. */
  readonly comments?: readonly string[];
}

export interface Imported {
  readonly entries: readonly Entry[];
  readonly outputs: ReadonlyMap<string, Value>;
  /** What has no counterpart in a topology file. */
  readonly remarks: readonly string[];
  /** Names of exchanges and queues that must never be deleted. */
  readonly protect?: ReadonlyMap<'exchanges' | 'queues', readonly Text[]>;
}

interface SectionRow {
  /** The fields that tell two entries of a vhost apart. */
  readonly identity: readonly string[];
  readonly isInVhost: boolean;
  /** What may be left out of an entry. */
  readonly defaults: Readonly<Record<string, Value>>;
}

const durableByDefault = { durable: true, auto_delete: false };
const policyDefaults = { 'apply-to': 'all', priority: 0 };

/** In the order of the file. */
export const importedSections = {
  vhosts: {
    identity: ['name'],
    isInVhost: false,
    defaults: { description: '', tracing: false },
  },
  users: { identity: ['name'], isInVhost: false, defaults: {} },
  permissions: { identity: ['user'], isInVhost: true, defaults: {} },
  topic_permissions: { identity: ['user', 'exchange'], isInVhost: true, defaults: {} },
  policies: { identity: ['name'], isInVhost: true, defaults: policyDefaults },
  operator_policies: { identity: ['name'], isInVhost: true, defaults: policyDefaults },
  parameters: { identity: ['component', 'name'], isInVhost: true, defaults: {} },
  global_parameters: { identity: ['name'], isInVhost: false, defaults: {} },
  exchanges: { identity: ['name'], isInVhost: true, defaults: durableByDefault },
  queues: { identity: ['name'], isInVhost: true, defaults: durableByDefault },
  bindings: {
    identity: ['source', 'destination_type', 'destination', 'routing_key', 'arguments'],
    isInVhost: true,
    defaults: { destination_type: 'queue', routing_key: '' },
  },
} as const satisfies Readonly<Record<string, SectionRow>>;

export type ImportedSection = keyof typeof importedSections;

export const rowOf = (section: ImportedSection): SectionRow => importedSections[section];
