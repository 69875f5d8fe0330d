// Paths of the management API, every part encoded.
import type { Binding, Exchange, Queue } from '../topology/object.ts';

export function pathOf(...parts: readonly string[]): string {
  return parts.map(encodeURIComponent).join('/');
}

export function pathOfNamed({ kind, vhost, name }: Exchange | Queue): string {
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
