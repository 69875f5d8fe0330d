// What the broker has, in the same normal form as what the files say.
import type { Address } from './address.ts';
import type { Binding, Exchange, Queue } from './object.ts';
import type { Policy } from './policy.ts';

export interface LiveExchange extends Exchange {
  /** Belongs to the broker or a plugin: never in a diff or an export. */
  readonly system: boolean;
  /** The name of the one that it has, as the broker says. */
  readonly policy?: string | undefined;
}

export interface LiveQueue extends Queue {
  readonly type: string;
  /** Belongs to the broker, a plugin or one connection: never in a diff or an export. */
  readonly system: boolean;
  /** Messages ready and unacknowledged, and consumers; undefined where the broker doesn't say. */
  readonly ready: number | undefined;
  readonly unacked: number | undefined;
  readonly consumers: number | undefined;
  /** The name of the one that it has, as the broker says. */
  readonly policy?: string | undefined;
  /** Such as running, down, minority. */
  readonly state: string;
}

export interface LiveBinding extends Binding {
  /** The broker's name for the binding within its two ends, as the management API needs it. */
  readonly properties_key: string;
}

export type LiveObject = LiveExchange | LiveQueue | LiveBinding;

export interface Vhost {
  readonly name: string;
  /** The type of queues declared without one: classic where nothing else is set. */
  readonly default_queue_type: string;
}

export interface Live {
  readonly broker: BrokerInfo;
  readonly vhosts: ReadonlyMap<string, Vhost>;
  /** Without the default exchange and its bindings. Predefined exchanges (amq.direct) are here, as system. */
  readonly objects: ReadonlyMap<Address, LiveObject>;
  /** Of all vhosts here; undefined where the user may not read them. */
  readonly policies: readonly Policy[] | undefined;
  /** How many parameters these vhosts have, by kind; undefined where the user may not read them. */
  readonly parameters?: ReadonlyMap<string, number> | undefined;
}

interface BrokerInfo {
  /** Who reads. */
  readonly user: string;
  /** Such as: the broker at http://localhost:15672 (as RABBITMQ_ENDPOINT says). */
  readonly place: string;
  readonly version: string;
  readonly cluster_name: string;
  readonly exchange_types: ReadonlySet<string>;
  /** Names of all vhosts that the user may see, read or not. */
  readonly vhosts: ReadonlySet<string>;
  /** Names that are no text: an import stores them, and nothing reaches what is in them. */
  readonly odd_vhosts: readonly unknown[];
}
