// The objects of a topology in normal form: equal objects have equal fields and values.
import type { Table } from './value.ts';

/** The unusable values of fields, by name; the object itself holds what RabbitMQ makes of them. */
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
  /** Only on live objects. */
  readonly odd?: OddFields | undefined;
}

export interface Queue {
  readonly kind: 'queue';
  readonly vhost: string;
  readonly name: string;
  /** The argument x-queue-type; null if the file leaves it to the vhost's default. */
  readonly type: string | null;
  readonly durable: boolean;
  readonly auto_delete: boolean;
  /** Without x-queue-type. */
  readonly arguments: Table;
  /** Only on live objects. */
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
  /** Only on live objects. */
  readonly odd?: OddFields | undefined;
}

/** The destination of a binding. */
export type BindingEnd = Exchange | Queue;
export const endKinds = ['exchange', 'queue'] as const satisfies readonly BindingEnd['kind'][];

export type TopologyObject = BindingEnd | Binding;
export type Kind = TopologyObject['kind'];

interface OfKind<K extends Kind = Kind> {
  readonly kind: K;
}

export const isExchange = <T extends OfKind>(
  object: T | undefined,
): object is T & OfKind<'exchange'> => object?.kind === 'exchange';
export const isQueue = <T extends OfKind>(object: T | undefined): object is T & OfKind<'queue'> =>
  object?.kind === 'queue';
export const isBinding = <T extends OfKind>(
  object: T | undefined,
): object is T & OfKind<'binding'> => object?.kind === 'binding';
export const isBindingEnd = <T extends OfKind>(
  object: T | undefined,
): object is T & OfKind<BindingEnd['kind']> => isExchange(object) || isQueue(object);

/** For the default branch of a switch over a union: the compiler finds the missing case. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${String(value)}`);
}
