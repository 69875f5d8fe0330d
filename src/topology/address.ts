// Builds addresses: an object's path in the management API, unambiguous for every legal name.
import { createHash, hash as digest } from 'node:crypto';
import type { Binding, BindingEnd } from './object.ts';

/**
 * Such as `queues/%2F/orders` or `bindings/%2F/e/ml_tasks/q/orders/KEY`; a name that is no text
 * is appended: `exchanges/%2F/5?name=5`.
 */
export type Address = string;

export function addressOfNamed(kind: BindingEnd['kind'], vhost: string, name: string): Address {
  return `${kind}s/${encode(vhost)}/${encode(name)}`;
}

export const addressOfVhost = (name: string): Address => `vhosts/${encode(name)}`;
export const addressOfUser = (name: string): Address => `users/${encode(name)}`;

/** The addresses of a binding's source and destination. */
export function endsOf(binding: Binding): { source: Address; destination: Address } {
  return {
    source: addressOfNamed('exchange', binding.vhost, binding.source),
    destination: addressOfNamed(binding.destination_type, binding.vhost, binding.destination),
  };
}

/** One end of a binding: an exchange or a queue, which may not exist. */
export interface NamedEnd {
  readonly address: Address;
  readonly kind: BindingEnd['kind'];
  readonly vhost: string;
  readonly name: string;
}

export function namedEndsOf(binding: Binding): readonly [source: NamedEnd, destination: NamedEnd] {
  const { vhost, source, destination, destination_type: kind } = binding;
  const ends = endsOf(binding);
  return [
    { address: ends.source, kind: 'exchange', vhost, name: source },
    { address: ends.destination, kind, vhost, name: destination },
  ];
}

/** The first hexadecimal digits of a SHA-256. */
export function hash(text: string, digits: number): string {
  return digest('sha256', text).slice(0, digits);
}

/** Hashes the texts one after the other, without joining them. */
export function hashAll(texts: Iterable<string>, digits: number): string {
  const sum = createHash('sha256');
  for (const text of texts) sum.update(text);
  return sum.digest('hex').slice(0, digits);
}

/** Skips encoding where nothing needs it: there may be a hundred thousand names. */
export const encode = (part: string): string =>
  /^[\w.~-]*$/.test(part) ? part : encodeURIComponent(part).replace(/[!'()*]/g, percent);
/** RabbitMQ's properties_key of a binding without arguments, except for an empty routing key. */
export const propertiesKeyOf = (routingKey: string): string =>
  encode(routingKey).replaceAll('%20', '+').replaceAll('~', '%7E');
const percent = (char: string): string =>
  `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;

/** The last part of an address that topo made, such as a queue's name. */
export const nameInAddress = (address: Address): string =>
  decodeURIComponent(address.slice(address.lastIndexOf('/') + 1));
