// Identifies objects of any kind: addresses, names, and their words in messages.
import { encode, type Address } from './address.ts';
import { renderJson } from './json.ts';
import type { Home } from './kinds/kind.ts';
import { kindOf, kindOfPath, kinds } from './kinds/kinds.ts';
import type { Binding, Kind, TopologyObject } from './object.ts';
import { quote } from './quote.ts';
import { canonical } from './value.ts';

export function addressOf(object: TopologyObject): Address {
  const address = kindOf(object).addressOf(object);
  if (object.odd === undefined) return address;
  const odd = oddNames(object).map(([field, value]) => `${field}=${encode(canonical(value))}`);
  return odd.length === 0 ? address : `${address}?${odd.join('&')}`;
}

export const kindOfAddress = (address: Address): Kind | undefined =>
  kindOfPath(address.slice(0, address.indexOf('/')));

/** Where an object goes when a broker's objects are divided among teams or files. */
export const homeOf = (object: TopologyObject): Home => kindOf(object).homeOf(object);

export const renderObject = (object: TopologyObject): string => kindOf(object).render(object);

/** Such as: ml_tasks → orders, or ml_tasks → logs (exchange). */
export const renderArrow = ({ source, destination, destination_type }: Binding): string =>
  `${source} → ${destination}${destination_type === 'exchange' ? ' (exchange)' : ''}`;

export const renderIdentity = (object: TopologyObject): string =>
  kindOf(object).renderIdentity(object);

/**
 * The odd fields that distinguish an object from a sound one of the same name: no file can declare
 * such an object.
 */
export function oddNames({ kind, odd }: TopologyObject): [string, unknown][] {
  return [...(odd ?? [])].filter(([field]) => typeOf(kind, field) === 'string');
}

const typeOf = (kind: Kind, field: string) => kinds[kind].fields[field]?.type ?? 'string';
const wanted: Readonly<Record<string, string>> = { string: 'text', boolean: 'a boolean' };

/** Such as: has auto_delete "undefined" instead of a boolean. */
export function renderOdd({ kind, odd }: TopologyObject): string {
  const fields = [...(odd ?? [])].map(([field, value]) => {
    const text = typeof value === 'string' ? quote(value) : renderJson(value);
    return `has ${field} ${text} instead of ${wanted[typeOf(kind, field)] ?? 'a value'}`;
  });
  return fields.join(', and ');
}
