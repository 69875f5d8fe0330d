// The live state: the broker's objects, in the same normal form as the desired ones.
import type { Address } from './address.ts';
import type { Grantee } from './grant.ts';
import type { Binding, Exchange, Kind, Policy, Queue, Setting } from './object.ts';
import type { PluginTraces } from './plugins.ts';

export interface LiveExchange extends Exchange {
  /** Belongs to RabbitMQ or a plugin: never in a diff or an export. */
  readonly system: boolean;
  /** The name of the policy that applies, according to the broker. */
  readonly policy?: string | undefined;
}

export interface LiveQueue extends Queue {
  readonly type: string;
  /** Is exclusive, or belongs to RabbitMQ or a plugin: never in a diff or an export. */
  readonly system: boolean;
  /** Messages ready and unacknowledged, and consumers; undefined if the broker doesn't say. */
  readonly ready: number | undefined;
  readonly unacked: number | undefined;
  readonly consumers: number | undefined;
  /** The name of the policy that applies, according to the broker. */
  readonly policy?: string | undefined;
  /** Such as running, down, minority. */
  readonly state: string;
  /**
   * The nodes that hold a quorum queue or a stream, none if the broker doesn't say, and those of
   * them that can be reached.
   */
  readonly replicas?: { readonly members: readonly string[]; readonly online: readonly string[] };
  /** Whether it has no leader; undefined if it has one, or if the broker doesn't say. */
  readonly leaderless?: true;
}

export interface LiveBinding extends Binding {
  /** The broker's name for the binding between its two ends; the management API needs it. */
  readonly properties_key: string;
}

export type LiveRouting = LiveExchange | LiveQueue | LiveBinding;
export type LiveObject = LiveRouting | Setting;

export interface VhostSeen {
  readonly name: string;
  /** The type of queues declared without one: classic unless set. */
  readonly default_queue_type: string;
}

export interface Live {
  readonly broker: BrokerInfo;
  readonly vhosts: ReadonlyMap<string, VhostSeen>;
  /**
   * Without the default exchange and its bindings. Includes predefined exchanges (amq.direct), as
   * system.
   */
  readonly objects: ReadonlyMap<Address, LiveObject>;
  /** The policies of all these vhosts; undefined if the user may not read them. */
  readonly policies: readonly Policy[] | undefined;
  /** The kinds that the user may not read. */
  readonly unread: ReadonlySet<Kind>;
}

interface BrokerInfo extends PluginTraces {
  /** The user that topo connects as. */
  readonly user: Grantee;
  /** Such as: the broker at http://localhost:15672 (as RABBITMQ_ENDPOINT says). */
  readonly place: string;
  readonly version: string;
  /** The deprecated features that it denies; undefined if it doesn't say. */
  readonly denied?: ReadonlySet<string> | undefined;
  readonly cluster_name: string;
  /** The names of all vhosts that the user may see, read or not. */
  readonly vhosts: ReadonlySet<string>;
  /** Names that aren't text: an import stores them, but no client can reach the objects inside. */
  readonly odd_vhosts: readonly unknown[];
}
