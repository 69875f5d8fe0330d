// The objects of a topology in normal form: equal objects have equal fields and values.
import type { Password } from './password.ts';
import type { Table, Value } from './value.ts';

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

/** The objects that messages pass. */
export type RoutingObject = BindingEnd | Binding;
export const routingKinds = [
  ...endKinds,
  'binding',
] as const satisfies readonly RoutingObject['kind'][];

/** A field left undefined is as the broker has it. */
export interface Vhost extends ClusterWide {
  readonly kind: 'vhost';
  readonly name: string;
  readonly description?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly default_queue_type?: string | undefined;
  /** Undefined on a live vhost if the broker knows no protection: before 4.0.6. */
  readonly protected_from_deletion?: boolean | undefined;
  readonly tracing?: boolean | undefined;
  /** max-connections, max-queues. */
  readonly limits?: Table | undefined;
}

/** A field left undefined is as the broker has it. */
export interface User extends ClusterWide {
  readonly kind: 'user';
  readonly name: string;
  readonly tags: readonly string[];
  readonly password?: Password | undefined;
  /** max-connections, max-channels. */
  readonly limits?: Table | undefined;
}

export interface Permission extends InVhost {
  readonly kind: 'permission';
  readonly user: string;
  readonly configure: string;
  readonly write: string;
  readonly read: string;
}

export interface TopicPermission extends InVhost {
  readonly kind: 'topic_permission';
  readonly user: string;
  readonly exchange: string;
  readonly write: string;
  readonly read: string;
}

interface SomePolicy extends InVhost {
  readonly name: string;
  /** A Perl-compatible regular expression, matched anywhere in the bytes of a name. */
  readonly pattern: string;
  /** Such as `all`, `queues`, `exchanges` and, since RabbitMQ 4, `classic_queues`. */
  readonly 'apply-to': string;
  /** The matching policy of the highest priority applies, as a whole: policies aren't merged. */
  readonly priority: number;
  readonly definition: Table;
}

export interface Policy extends SomePolicy {
  readonly kind: 'policy';
}

export interface OperatorPolicy extends SomePolicy {
  readonly kind: 'operator_policy';
}

/** A runtime parameter of a component, such as shovel or federation-upstream. */
export interface Parameter extends InVhost {
  readonly kind: 'parameter';
  readonly component: string;
  readonly name: string;
  readonly value: Value;
}

export interface GlobalParameter extends ClusterWide {
  readonly kind: 'global_parameter';
  readonly name: string;
  readonly value: Value;
}

interface InVhost {
  readonly vhost: string;
  /** Only exchanges, queues and bindings can be odd. */
  readonly odd?: undefined;
}

interface ClusterWide {
  /** Belongs to the whole cluster. */
  readonly vhost: null;
  readonly odd?: undefined;
}

/** The objects that a request changes in place. */
export type Setting =
  | Vhost
  | User
  | Permission
  | TopicPermission
  | Policy
  | OperatorPolicy
  | Parameter
  | GlobalParameter;

export type TopologyObject = RoutingObject | Setting;
export type Kind = TopologyObject['kind'];
export type ObjectOf<K extends Kind> = Extract<TopologyObject, { kind: K }>;

interface OfKind<K extends Kind = Kind> {
  readonly kind: K;
}

export const isExchange = <T extends OfKind>(
  object: T | undefined,
): object is T & OfKind<'exchange'> => object?.kind === 'exchange';
export const isQueue = <T extends OfKind>(object: T | undefined): object is T & OfKind<'queue'> =>
  object?.kind === 'queue';
/** Whether it has a leader, and replicas on other nodes. */
export const isReplicated = (object: TopologyObject): object is Queue =>
  isQueue(object) && (object.type === 'quorum' || object.type === 'stream');
export const isBinding = <T extends OfKind>(
  object: T | undefined,
): object is T & OfKind<'binding'> => object?.kind === 'binding';
export const isBindingEnd = <T extends OfKind>(
  object: T | undefined,
): object is T & OfKind<BindingEnd['kind']> => isExchange(object) || isQueue(object);

/** Whether messages pass the object: an exchange, a queue or a binding. */
export const isRouting = <T extends OfKind>(
  object: T | undefined,
): object is T & OfKind<RoutingObject['kind']> => isBindingEnd(object) || isBinding(object);

export const isAnyPolicy = <T extends OfKind>(
  object: T | undefined,
): object is T & OfKind<'policy' | 'operator_policy'> =>
  object?.kind === 'policy' || object?.kind === 'operator_policy';

/** For the default branch of a switch over a union: the compiler finds the missing case. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${String(value)}`);
}
