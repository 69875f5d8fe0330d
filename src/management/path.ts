// Builds paths of the management API, with every part encoded.
import type { Binding, Exchange, Queue } from '../topology/object.ts';

export function pathOf(...parts: readonly string[]): string {
  return parts.map(encodeURIComponent).join('/');
}

export function pathOfNamed({
  kind,
  vhost,
  name,
}: Pick<Exchange | Queue, 'kind' | 'vhost' | 'name'>): string {
  return pathOf(`${kind}s`, vhost, name);
}

/** The path of all bindings between two ends; with a properties_key behind it, of one binding. */
export function pathOfEnds(binding: Binding): string {
  const { vhost, source, destination, destination_type } = binding;
  return pathOf(
    'bindings',
    vhost,
    'e',
    source,
    destination_type === 'queue' ? 'q' : 'e',
    destination,
  );
}

/**
 * The path of one binding, by the broker's own key. In a path the word `undefined` means no key and
 * finds the binding with the empty key: so encode its first letter twice, since RabbitMQ looks for
 * the word before it decodes the second time.
 */
export function pathOfBinding(ends: Binding, propertiesKey: string): string {
  const key = pathOf(propertiesKey).replace(/^undefined(?=~|$)/, '%2575ndefined');
  return `${pathOfEnds(ends)}/${key}`;
}
