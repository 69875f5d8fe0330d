// Generated from schema/topology.schema.json by npm run generate.

/**
 * A string, a number, a boolean or null.
 */
export type Scalar = string | number | boolean | null;
/**
 * Names or glob patterns: * stands for any characters, ? for one, \ takes the next character as it is.
 */
export type Patterns = string[] | string;
/**
 * Makes one entry for each value: a map from a variable's name to a range (1..3) or a list of values. Several names make their product. A list of maps makes one entry for each map.
 */
export type ForEach =
  | {
      [k: string]: string | Scalar[];
    }
  | {
      [k: string]: Scalar;
    }[];

/**
 * The exchanges, queues and bindings that a RabbitMQ broker should have. Every definitions file that RabbitMQ exports is one.
 */
export interface TopologyFile {
  /**
   * The virtual host of every entry that names none.
   */
  vhost?: string;
  /**
   * Values for ${name}, overridden by --var, --var-file and TOPO_VAR_name. Null for one that has to be set by one of these.
   */
  variables?: {
    [k: string]: Scalar;
  };
  /**
   * What this file owns beside what it declares: live objects that match and are not declared get deleted. all owns every exchange, queue and binding of the vhost.
   */
  manage?:
    | "all"
    | {
        exchanges?: Patterns;
        queues?: Patterns;
        /**
         * Names or glob patterns: * stands for any characters, ? for one, \ takes the next character as it is.
         */
        bindings_into?: string[] | string;
      };
  /**
   * Never deleted, never replaced, whatever else the file says.
   */
  protect?: {
    exchanges?: Patterns;
    queues?: Patterns;
  };
  /**
   * The environment that the file is meant for. Any other is refused before anything is planned.
   */
  expect?: {
    /**
     * The broker's cluster name, letter by letter.
     */
    cluster_name?: string;
    /**
     * Every vhost that the files write is one of these, letter by letter, and the broker has each of them.
     *
     * @minItems 1
     *
     * Items: The name of a virtual host.
     */
    vhosts?: [string, ...string[]];
  };
  /**
   * The exchanges that should be there.
   */
  exchanges?: Exchange[];
  /**
   * The queues that should be there.
   */
  queues?: Queue[];
  /**
   * The bindings that should be there.
   */
  bindings?: Binding[];
  /**
   * What topo output prints beside every declared name.
   */
  outputs?: {
    [k: string]: Scalar;
  };
  /**
   * Who is who for topo-harness: names of exchanges and queues that the files declare. Without it, tasks go to the only exchange that queues are bound to.
   */
  harness?: {
    /**
     * The virtual host of all these names. Defaults to the file's own vhost.
     */
    vhost?: string;
    /**
     * The exchange that tasks are published to. The queues that are bound to it are the workers'. Defaults to the only exchange that queues are bound to.
     */
    tasks?: string;
    /**
     * The queue that workers send their results to.
     */
    results?: string;
    /**
     * The queue that takes the tasks that no attempt can do.
     */
    dead_letter?: string;
    /**
     * The queues that failed tasks wait in, one for each delay. Each has an x-message-ttl, which is the delay, and dead-letters to the tasks exchange.
     *
     * Items: A queue with x-message-ttl and x-dead-letter-exchange.
     */
    retry?: string[];
    /**
     * A queue, bound to the tasks exchange, that every worker may take from.
     */
    pool?: string;
    /**
     * The exchange that workers tell their state to.
     */
    events?: string;
    /**
     * Whose messages are believed, by the user id that the broker checks: names of RabbitMQ users. Without it, those of any user.
     */
    users?: {
      /**
       * The users that topo-harness work connects as. Results and events come from them, and failed tasks that are sent again.
       *
       * @minItems 1
       *
       * Items: A user of the broker.
       */
      workers?: [string, ...string[]];
      /**
       * The user that topo-harness train and publish connect as. Tasks come from it, or from a worker.
       */
      coordinator?: string;
    };
  };
  /**
   * Accepted and checked; not planned yet.
   */
  vhosts?: Vhost[];
  /**
   * Accepted and checked; not planned yet.
   */
  users?: User[];
  /**
   * Accepted and checked; not planned yet.
   */
  permissions?: Permission[];
  /**
   * Accepted and checked; not planned yet.
   */
  topic_permissions?: TopicPermission[];
  /**
   * Accepted and checked; not planned yet.
   */
  policies?: Policy[];
  /**
   * Accepted and checked; not planned yet.
   */
  parameters?: Parameter[];
  /**
   * Accepted and checked; not planned yet.
   */
  global_parameters?: GlobalParameter[];
  /**
   * Written by RabbitMQ's own export; read over.
   */
  rabbit_version?: string;
  /**
   * Written by RabbitMQ's own export; read over.
   */
  rabbitmq_version?: string;
  /**
   * Written by RabbitMQ's own export; read over.
   */
  product_name?: string;
  /**
   * Written by RabbitMQ's own export; read over.
   */
  product_version?: string;
  /**
   * Written by RabbitMQ's own export; read over.
   */
  rabbitmq_definition_format?: string;
  /**
   * Written by RabbitMQ's own export; read over.
   */
  original_cluster_name?: string;
  /**
   * Written by RabbitMQ's own export of one vhost; the vhost of every entry if vhost is not given.
   */
  original_vhost_name?: string;
  /**
   * Written by topo export, whose files are warned of where a person's are refused. Remove it from a file that you go on with.
   */
  exported_by?: string;
  /**
   * Written by RabbitMQ's own export; read over.
   */
  explanation?: string;
  /**
   * Written by RabbitMQ's own export; read over.
   */
  description?: string;
  /**
   * Written by RabbitMQ's own export; read over.
   */
  default_queue_type?: string;
  /**
   * Written by RabbitMQ's own export; read over.
   */
  metadata?: {
    [k: string]: unknown;
  };
  /**
   * Written by RabbitMQ's own export; read over.
   */
  limits?:
    | {
        [k: string]: unknown;
      }
    | unknown[];
  /**
   * Written by RabbitMQ's own export; read over.
   */
  tags?: string[];
}
/**
 * An exchange, as in the management API.
 */
export interface Exchange {
  for_each?: ForEach;
  /**
   * The exchange's name, 1 to 255 bytes.
   */
  name: string;
  /**
   * The virtual host of this entry. Defaults to the file's own vhost.
   */
  vhost?: string;
  /**
   * direct, fanout, topic, headers, or a type that a plugin brings.
   */
  type: string;
  /**
   * Survives a restart of the broker.
   */
  durable?: boolean;
  /**
   * Deleted by the broker when its last binding goes.
   */
  auto_delete?: boolean;
  /**
   * Takes messages from other exchanges only, never from publishers.
   */
  internal?: boolean;
  /**
   * Optional arguments, such as alternate-exchange.
   */
  arguments?: {
    /**
     * Exchange that takes the messages this one can't route.
     */
    "alternate-exchange"?: string;
    /**
     * Type of an x-delayed-message exchange behind the delay.
     */
    "x-delayed-type"?: string;
    /**
     * Marks the exchange of a super stream.
     */
    "x-super-stream"?: boolean;
    /**
     * x-consistent-hash: the header to hash in place of the routing key.
     */
    "hash-header"?: string;
    /**
     * x-consistent-hash: the property to hash in place of the routing key.
     */
    "hash-property"?: string;
    /**
     * x-recent-history: how many messages a new binding receives.
     */
    "x-recent-history-length"?: number;
    /**
     * x-recent-history: don't keep messages.
     */
    "x-recent-history-no-store"?: boolean;
    /**
     * x-message-deduplication: how many messages are remembered.
     */
    "x-cache-size"?: number;
    /**
     * x-message-deduplication, in milliseconds.
     */
    "x-cache-ttl"?: number;
    /**
     * x-message-deduplication: disk or memory.
     */
    "x-cache-persistence"?: string;
    [k: string]: unknown;
  };
}
/**
 * A queue, as in the management API.
 */
export interface Queue {
  for_each?: ForEach;
  /**
   * The queue's name, 1 to 255 bytes.
   */
  name: string;
  /**
   * The virtual host of this entry. Defaults to the file's own vhost.
   */
  vhost?: string;
  /**
   * The queue type as RabbitMQ's own export writes it. The same as the argument x-queue-type.
   */
  type?: string;
  /**
   * Survives a restart of the broker.
   */
  durable?: boolean;
  /**
   * Deleted by the broker when its last consumer goes.
   */
  auto_delete?: boolean;
  /**
   * Optional arguments. A difference in any of them replaces the queue.
   */
  arguments?: {
    /**
     * classic, quorum or stream, or a type that a plugin brings. Without it the broker takes the vhost's default type.
     */
    "x-queue-type"?: string;
    /**
     * Milliseconds after which a message in the queue expires. At most ten years.
     */
    "x-message-ttl"?: number;
    /**
     * Milliseconds without use after which the broker deletes the queue. At most ten years.
     */
    "x-expires"?: number;
    /**
     * How many ready messages the queue may hold.
     */
    "x-max-length"?: number;
    /**
     * How many bytes of ready messages the queue may hold.
     */
    "x-max-length-bytes"?: number;
    /**
     * What happens to messages beyond the maximum length.
     */
    "x-overflow"?: "drop-head" | "reject-publish" | "reject-publish-dlx";
    /**
     * Exchange that expired, rejected and overflowing messages go to. Empty for the default exchange.
     */
    "x-dead-letter-exchange"?: string;
    /**
     * Routing key of dead-lettered messages, in place of their own.
     */
    "x-dead-letter-routing-key"?: string;
    /**
     * Quorum queues only: how hard the broker tries to hand dead letters over.
     */
    "x-dead-letter-strategy"?: "at-most-once" | "at-least-once";
    /**
     * Only one consumer at a time receives messages.
     */
    "x-single-active-consumer"?: boolean;
    /**
     * Quorum queues only: deliveries after which a message is dead-lettered or dropped. -1 for no limit.
     */
    "x-delivery-limit"?: number;
    /**
     * Classic queues only: the number of priorities.
     */
    "x-max-priority"?: number;
    /**
     * Classic queues only: lazy keeps messages on disk.
     */
    "x-queue-mode"?: "default" | "lazy";
    /**
     * Classic queues only: the storage version.
     */
    "x-queue-version"?: number;
    /**
     * Classic queues before 4.0: where the queue's leader is placed.
     */
    "x-queue-master-locator"?: string;
    /**
     * Where the queue's leader is placed.
     */
    "x-queue-leader-locator"?: "client-local" | "balanced" | "random" | "least-leaders";
    /**
     * Quorum queues only: members at the start.
     */
    "x-quorum-initial-group-size"?: number;
    /**
     * Quorum queues only: members that the broker aims for.
     */
    "x-quorum-target-group-size"?: number;
    /**
     * Quorum queues before 4.0.
     */
    "x-max-in-memory-length"?: number;
    /**
     * Quorum queues before 4.0.
     */
    "x-max-in-memory-bytes"?: number;
    /**
     * Quorum queues from 4.3: milliseconds that a delivery may stay unacknowledged.
     */
    "x-consumer-timeout"?: number;
    /**
     * Quorum queues from 4.3, in milliseconds.
     */
    "x-consumer-disconnected-timeout"?: number;
    /**
     * Quorum queues from 4.3: which returned messages wait before redelivery.
     */
    "x-delayed-retry-type"?: string;
    /**
     * Quorum queues from 4.3, in milliseconds.
     */
    "x-delayed-retry-min"?: number;
    /**
     * Quorum queues from 4.3, in milliseconds.
     */
    "x-delayed-retry-max"?: number;
    /**
     * Streams only: age after which segments are dropped: a number and Y, M, D, h, m or s.
     */
    "x-max-age"?: string;
    /**
     * Streams only, in bytes.
     */
    "x-stream-max-segment-size-bytes"?: number;
    /**
     * Streams only: size of the filter of each chunk, in bytes.
     */
    "x-stream-filter-size-bytes"?: number;
    /**
     * Streams only: members at the start.
     */
    "x-initial-cluster-size"?: number;
    /**
     * Of the message deduplication plugin.
     */
    "x-message-deduplication"?: boolean;
    /**
     * Of the message deduplication plugin.
     */
    "x-cache-size"?: number;
    [k: string]: unknown;
  };
}
/**
 * A binding from an exchange to a queue or to another exchange.
 */
export interface Binding {
  for_each?: ForEach;
  /**
   * The exchange that messages come from.
   */
  source: string;
  /**
   * The virtual host of this entry. Defaults to the file's own vhost.
   */
  vhost?: string;
  /**
   * The queue or exchange that messages go to.
   */
  destination: string;
  /**
   * What the destination is.
   */
  destination_type?: "queue" | "exchange";
  /**
   * Up to 255 bytes; a string, so quote numbers.
   */
  routing_key?: string;
  /**
   * Arguments of the binding, such as the headers to match.
   */
  arguments?: {
    /**
     * Headers exchanges: whether all or any of the other arguments must match.
     */
    "x-match"?: "all" | "any" | "all-with-x" | "any-with-x";
    /**
     * Super streams: position of this partition.
     */
    "x-stream-partition-order"?: number;
    [k: string]: unknown;
  };
  /**
   * Read over: the broker makes it.
   */
  properties_key?: string;
}
/**
 * A virtual host. Accepted and checked; not planned yet.
 */
export interface Vhost {
  /**
   * The virtual host's name.
   */
  name: string;
  /**
   * What it is for.
   */
  description?: string;
  /**
   * Tags.
   *
   * Items: A tag.
   */
  tags?: string[];
  /**
   * Type of queues that are declared without one.
   */
  default_queue_type?: string;
  /**
   * As RabbitMQ exports it.
   */
  metadata?: {
    [k: string]: unknown;
  };
  /**
   * As RabbitMQ exports it.
   */
  limits?:
    | {
        [k: string]: unknown;
      }
    | unknown[];
  /**
   * Whether message tracing is on.
   */
  tracing?: boolean;
}
/**
 * A user. Accepted and checked; not planned yet.
 */
export interface User {
  /**
   * The user's name.
   */
  name: string;
  /**
   * Take it from the environment.
   */
  password?: string;
  /**
   * Salted hash, as RabbitMQ exports it.
   */
  password_hash?: string;
  /**
   * Of the password hash.
   */
  hashing_algorithm?: string;
  /**
   * Management tags.
   */
  tags?: string[] | string;
  /**
   * max-connections, max-channels.
   */
  limits?:
    | {
        [k: string]: unknown;
      }
    | unknown[];
}
/**
 * What a user may do in a vhost. Accepted and checked; not planned yet.
 */
export interface Permission {
  /**
   * The user.
   */
  user: string;
  /**
   * The virtual host of this entry. Defaults to the file's own vhost.
   */
  vhost?: string;
  /**
   * Regular expression of names.
   */
  configure: string;
  /**
   * Regular expression of names.
   */
  write: string;
  /**
   * Regular expression of names.
   */
  read: string;
}
/**
 * Which routing keys a user may use. Accepted and checked; not planned yet.
 */
export interface TopicPermission {
  /**
   * The user.
   */
  user: string;
  /**
   * The virtual host of this entry. Defaults to the file's own vhost.
   */
  vhost?: string;
  /**
   * A topic exchange.
   */
  exchange: string;
  /**
   * Regular expression of routing keys.
   */
  write: string;
  /**
   * Regular expression of routing keys.
   */
  read: string;
}
/**
 * A policy. Accepted and checked; not planned yet.
 */
export interface Policy {
  /**
   * The policy's name.
   */
  name: string;
  /**
   * The virtual host of this entry. Defaults to the file's own vhost.
   */
  vhost?: string;
  /**
   * Regular expression of names.
   */
  pattern: string;
  /**
   * What the policy is about.
   */
  "apply-to"?: "all" | "queues" | "exchanges" | "classic_queues" | "quorum_queues" | "streams";
  /**
   * The keys that the policy sets.
   */
  definition: {
    [k: string]: unknown;
  };
  /**
   * The highest wins.
   */
  priority?: number;
}
/**
 * A runtime parameter of a component. Accepted and checked; not planned yet.
 */
export interface Parameter {
  /**
   * The parameter's name.
   */
  name: string;
  /**
   * The virtual host of this entry. Defaults to the file's own vhost.
   */
  vhost?: string;
  /**
   * shovel, federation-upstream, vhost-limits …
   */
  component: string;
  /**
   * The component's own settings.
   */
  value: {
    [k: string]: unknown;
  };
}
/**
 * A runtime parameter of the cluster. Accepted and checked; not planned yet.
 */
export interface GlobalParameter {
  /**
   * The parameter's name.
   */
  name: string;
  /**
   * Any value.
   */
  value: {
    [k: string]: unknown;
  };
}
