// What a topology is made of, in normal form: the same object always has the same fields and values.
import type { Table } from './value.ts';

/** What stands in fields that can't be used, by their names; in the object itself stands what RabbitMQ takes it for. */
export type OddFields = ReadonlyMap<string, unknown>;

export interface Exchange {
  readonly kind: 'exchange';
  readonly vhost: string;
  readonly name: string;
  readonly type: string;
  readonly durable: boolean;
  readonly auto_delete: boolean;
  readonly internal: boolean;
  readonly arguments: Table;
  /** Never of a declared one. */
  readonly odd?: OddFields | undefined;
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
  /** Never of a declared one. */
  readonly odd?: OddFields | undefined;
}

export interface Binding {
  readonly kind: 'binding';
  readonly vhost: string;
  readonly source: string;
  readonly destination: string;
  readonly destination_type: 'queue' | 'exchange';
  readonly routing_key: string;
  readonly arguments: Table;
  /** Never of a declared one. */
  readonly odd?: OddFields | undefined;
}

export type TopologyObject = Exchange | Queue | Binding;
export type Kind = TopologyObject['kind'];

/** For the default branch of a switch over a union: the compiler finds the missing case. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${String(value)}`);
}
