// What tells the objects of a section apart: an overlay names the object that it is about by it.
import { kindOfSection, kinds } from '../topology/kinds/kinds.ts';
import type { Problem } from '../topology/problem.ts';
import { quote } from '../topology/quote.ts';
import type { Value } from '../topology/value.ts';
import { superStreams, type EntrySection } from './entry-sections.ts';
import { renderText } from './expression.ts';
import type { OverlayPlace } from './overlaid-place.ts';
import { formOf } from './raw-object.ts';

type Entry = Readonly<Record<string, unknown>>;

/** By field: those that tell the objects of a section apart within a vhost. */
export type Identity = ReadonlyMap<string, string>;

interface Fields {
  /** With their defaults. */
  readonly identity: ReadonlyMap<string, unknown>;
  readonly isInVhost: boolean;
  readonly singular: string;
}

function fieldsOf(section: EntrySection): Fields {
  if (section === superStreams)
    return { identity: new Map([['name', undefined]]), isInVhost: true, singular: 'super stream' };
  const kind = kindOfSection(section);
  const { fields, attributes } = kinds[kind];
  const own = Object.entries(fields).filter(
    ([name]) => !(attributes as readonly string[]).includes(name),
  );
  return {
    identity: new Map(own.map(([name, { byDefault }]) => [name, byDefault])),
    isInVhost: formOf(section).isInVhost,
    singular: kind.replaceAll('_', ' '),
  };
}

export function identityOf(section: EntrySection, entry: Entry): Identity {
  const { identity } = fieldsOf(section);
  return new Map(
    [...identity].map(([name, byDefault]) => {
      const value = entry[name] ?? byDefault;
      return [name, typeof value === 'string' ? value : renderText((value ?? null) as Value)];
    }),
  );
}

export const keyOf = (section: EntrySection, identity: Identity): string =>
  [section, ...identity.values()].join('\0');
export const nameOf = (identity: Identity): string => [...identity.values()].join('\0');

/** The fields that an overlay changes. */
export function withoutIdentity(section: EntrySection, entry: object): object {
  const own = new Set(identityFields(section));
  return Object.fromEntries(Object.entries(entry).filter(([name]) => !own.has(name)));
}

function identityFields(section: EntrySection): string[] {
  const { identity, isInVhost } = fieldsOf(section);
  return [...(isInVhost ? ['vhost'] : []), ...identity.keys()];
}

/** Such as: queue "orders", or: binding of source "a", destination "b" … */
export function describe(section: EntrySection, identity: Identity): string {
  const kind = fieldsOf(section).singular;
  if (identity.size === 1) return `${kind} ${quote(nameOf(identity))}`;
  const fields = [...identity].map(([name, value]) => `${name} ${quote(value)}`);
  return `a ${kind} of ${fields.join(', ')}`;
}

export function wrongIdentity(entry: Entry, place: OverlayPlace): Problem | undefined {
  const { identity } = fieldsOf(place.section);
  for (const name of identityFields(place.section)) {
    const value = entry[name];
    const mayBeLeftOut = name === 'vhost' || identity.get(name) !== undefined;
    if (typeof value === 'string' || (value === undefined && mayBeLeftOut)) continue;
    const message =
      value === undefined ? `the overlay has no ${name}` : `${name} of an overlay must be text`;
    const hint = 'it says which object the overlay is about';
    return place.problem(
      { code: 'overlay-identity', message, hint },
      value === undefined ? [] : [name],
    );
  }
  return undefined;
}
