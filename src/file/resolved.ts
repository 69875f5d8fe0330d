// What a rendered file needs beyond what the files declare: where secrets come from.
import type { Address } from '../topology/address.ts';
import { addressOf } from '../topology/identity.ts';
import type { TopologyObject } from '../topology/object.ts';
import type { Kept } from './fill.ts';
import type { Path } from './locate.ts';

/** Texts with `${env:…}`, by the fields of their entry. */
export type KeptTexts = ReadonlyMap<string, string>;

export class Resolved {
  /** Whether RabbitMQ or topo exported one of the files: then odd values are only warnings. */
  isGenerated = false;
  readonly kept = new Map<Address, KeptTexts>();

  addObject(object: TopologyObject, kept: Kept): void {
    if (kept.length > 0) this.kept.set(addressOf(object), byField(kept));
  }
}

/** Identifies a field of an entry. */
export const fieldKey = (fields: Path): string => fields.join('\0');

const byField = (kept: Kept): KeptTexts =>
  new Map(kept.map(({ path, text }) => [fieldKey(path.slice(2)), text]));
