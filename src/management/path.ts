// Paths of the management API, every part encoded.
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

/** Of all bindings between two ends; a properties_key behind it makes it the path of one. */
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
 * Of one binding, by the broker's own key. In a path the word `undefined` means no key, and is answered for the binding with the empty
 * one: so its first letter is encoded once more, which RabbitMQ decodes only after it has looked for the word.
 */
export function pathOfBinding(ends: Binding, propertiesKey: string): string {
  const key = pathOf(propertiesKey).replace(/^undefined(?=~|$)/, '%2575ndefined');
  return `${pathOfEnds(ends)}/${key}`;
}
