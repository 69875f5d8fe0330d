// What a topology is made of, in normal form: the same object always has the same fields and values.
import type { Table } from './value.ts';

export interface Exchange {
  readonly kind: 'exchange';
  readonly vhost: string;
  readonly name: string;
  readonly type: string;
  readonly durable: boolean;
  readonly auto_delete: boolean;
  readonly internal: boolean;
  readonly arguments: Table;
}

export interface Queue {
  readonly kind: 'queue';
  readonly vhost: string;
  readonly name: string;
  /** The argument x-queue-type; null where the file leaves it to the vhost's default. */
  readonly type: string | null;
  readonly durable: boolean;
  readonly auto_delete: boolean;
  /** Without x-queue-type. */
  readonly arguments: Table;
}

export interface Binding {
  readonly kind: 'binding';
  readonly vhost: string;
  readonly source: string;
  readonly destination: string;
  readonly destination_type: 'queue' | 'exchange';
  readonly routing_key: string;
  readonly arguments: Table;
}

export type TopologyObject = Exchange | Queue | Binding;
export type Kind = TopologyObject['kind'];

/** For the default branch of a switch over a union: the compiler finds the missing case. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${String(value)}`);
}
