// What a rendered file needs beyond what the files declare: where secrets come from, and entries
// that no plan compares yet.
import type { Address } from '../topology/address.ts';
import { addressOf } from '../topology/identity.ts';
import type { TopologyObject } from '../topology/object.ts';
import type { Kept } from './fill.ts';
import type { Path } from './locate.ts';

/** Texts with `${env:…}`, by the fields of their entry. */
export type KeptTexts = ReadonlyMap<string, string>;

export interface ResolvedEntry {
  readonly value: Readonly<Record<string, unknown>>;
  /** The vhost of its file. */
  readonly vhost: string;
  readonly kept: KeptTexts;
}

export class Resolved {
  /** Whether RabbitMQ or topo exported one of the files: then odd values are only warnings. */
  isGenerated = false;
  readonly kept = new Map<Address, KeptTexts>();
  /** The entries that no plan compares yet, by their section. */
  readonly others = new Map<string, ResolvedEntry[]>();

  addObject(object: TopologyObject, kept: Kept): void {
    if (kept.length > 0) this.kept.set(addressOf(object), byField(kept));
  }

  /** `kept`: that of the whole file. */
  addOther(section: string, index: number, given: Omit<ResolvedEntry, 'kept'>, kept: Kept): void {
    const own = kept.filter(({ path }) => path[0] === section && path[1] === index);
    const entry = { ...given, kept: byField(own) };
    const list = this.others.get(section);
    if (list) list.push(entry);
    else this.others.set(section, [entry]);
  }
}

/** Identifies a field of an entry. */
export const fieldKey = (fields: Path): string => fields.join('\0');

const byField = (kept: Kept): KeptTexts =>
  new Map(kept.map(({ path, text }) => [fieldKey(path.slice(2)), text]));
