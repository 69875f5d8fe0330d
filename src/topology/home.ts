// What a binding goes with where a broker's objects are divided: among teams, among files.
import { endsOf, type Address } from './address.ts';
import type { Binding } from './object.ts';
import { isPredefinedExchange } from './system.ts';

export interface Home {
  readonly address: Address;
  readonly kind: 'exchange' | 'queue';
  readonly name: string;
}

/** Its destination; its source, where the destination is a predefined exchange, which belongs to nobody. */
export function homeOf(binding: Binding): Home {
  const { source, destination, destination_type: kind } = binding;
  const ends = endsOf(binding);
  return kind === 'exchange' && isPredefinedExchange(destination)
    ? { address: ends.source, kind, name: source }
    : { address: ends.destination, kind, name: destination };
}
