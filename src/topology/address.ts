// What addresses are made of. An address is the path of an object in the management API, unambiguous for every legal name.
import { createHash, hash as digest } from 'node:crypto';
import type { Binding, BindingEnd } from './object.ts';

/** Such as `queues/%2F/orders` or `bindings/%2F/e/ml_tasks/q/orders/KEY`; of what has no name `exchanges/%2F/5?name=5`. */
export type Address = string;

/** The address of an exchange or a queue. */
export function addressOfNamed(kind: BindingEnd['kind'], vhost: string, name: string): Address {
  return `${kind}s/${encode(vhost)}/${encode(name)}`;
}

/** The exchange at the source of a binding, and the queue or exchange at its destination. */
export function endsOf(binding: Binding): { source: Address; destination: Address } {
  return {
    source: addressOfNamed('exchange', binding.vhost, binding.source),
    destination: addressOfNamed(binding.destination_type, binding.vhost, binding.destination),
  };
}

/** One end of a binding: an exchange or a queue that need not be there. */
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
export const encode = (part: string): string =>
  /^[\w.~-]*$/.test(part) ? part : encodeURIComponent(part).replace(/[!'()*]/g, percent);
/** The broker's properties_key of a binding without arguments, but for an empty routing key. */
export const propertiesKeyOf = (routingKey: string): string =>
  encode(routingKey).replaceAll('%20', '+').replaceAll('~', '%7E');
const percent = (char: string): string =>
  `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
