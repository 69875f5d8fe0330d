// The address of an object: its path in the management API, unambiguous for every legal name.
import { createHash, hash as digest } from 'node:crypto';
import type { Binding, Kind, TopologyObject } from './object.ts';
import { oddNames } from './odd.ts';
import { canonical } from './value.ts';

/** Such as `queues/%2F/orders` or `bindings/%2F/e/ml_tasks/q/orders/KEY`; of what has no name `exchanges/%2F/5?name=5`. */
export type Address = string;

export function addressOf(object: TopologyObject): Address {
  const address = soundAddressOf(object);
  if (object.odd === undefined) return address;
  const odd = oddNames(object).map(([field, value]) => `${field}=${encode(canonical(value))}`);
  return odd.length === 0 ? address : `${address}?${odd.join('&')}`;
}

function soundAddressOf(object: TopologyObject): Address {
  if (object.kind === 'binding') return bindingAddress(object);
  return addressOfNamed(object.kind, object.vhost, object.name);
}

/** The address of an exchange or a queue. */
export function addressOfNamed(kind: 'exchange' | 'queue', vhost: string, name: string): Address {
  return `${kind}s/${encode(vhost)}/${encode(name)}`;
}

export function kindOf(address: Address): Kind {
  if (address.startsWith('queues/')) return 'queue';
  return address.startsWith('exchanges/') ? 'exchange' : 'binding';
}

/** The exchange at the source of a binding, and the queue or exchange at its destination. */
export function endsOf(binding: Binding): { source: Address; destination: Address } {
  return {
    source: addressOfNamed('exchange', binding.vhost, binding.source),
    destination: addressOfNamed(binding.destination_type, binding.vhost, binding.destination),
  };
}

function bindingAddress(binding: Binding): Address {
  const type = binding.destination_type === 'queue' ? 'q' : 'e';
  const ends = `${encode(binding.source)}/${type}/${encode(binding.destination)}`;
  return `bindings/${encode(binding.vhost)}/e/${ends}/${encode(propertiesKey(binding))}`;
}

/**
 * The broker's properties_key, where the binding has no arguments; with arguments the broker's own hash
 * can't be known before the binding exists, and a hash of ours stands in its place.
 */
function propertiesKey(binding: Binding): string {
  const key = formEncode(binding.routing_key);
  if (binding.arguments.size > 0) return `${key}~${hash(canonical(binding.arguments), 16)}`;
  return key === '' ? '~' : key;
}

/** Hexadecimal digits of a SHA-256. */
export function hash(text: string, digits: number): string {
  return digest('sha256', text).slice(0, digits);
}

/** Of many texts, one behind the other, without making one of them. */
export function hashAll(texts: Iterable<string>, digits: number): string {
  const sum = createHash('sha256');
  for (const text of texts) sum.update(text);
  return sum.digest('hex').slice(0, digits);
}

/** Most names need no encoding, and there may be a hundred thousand of them. */
const encode = (part: string): string =>
  /^[\w.~-]*$/.test(part) ? part : encodeURIComponent(part).replace(/[!'()*]/g, percent);
const formEncode = (key: string): string =>
  encode(key).replaceAll('%20', '+').replaceAll('~', '%7E');
const percent = (char: string): string =>
  `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
