// Generated from schema/topology.schema.json by npm run generate.

/**
 * A string, a number, a boolean or null.
 */
export type Scalar = string | number | boolean | null;
/**
 * Names or glob patterns: * matches any characters, ? matches one, \ escapes the next character.
 */
export type Patterns = string[] | string;
/**
 * Names or glob patterns of queues, each with what happens to a matching queue that is no longer declared, if not delete-if-empty. Of several that match, the strictest counts.
 */
export type QueuePatterns = (string | QueuePattern)[] | string | QueuePattern;
/**
 * Makes one entry for each value: a map from a variable's name to a range (1..3) or a list of values. Several names make all combinations. A list of maps makes one entry for each map.
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
   * The virtual host of all entries that name none.
   */
  vhost?: string;
  /**
   * Values for ${name}, overridden by --var, --var-file and TOPO_VAR_name. Null if one of these must set it.
   */
  variables?: {
    [k: string]: Scalar;
  };
  /**
   * What this file owns besides its own declarations: topo deletes live objects that match and are not declared. all owns every exchange, queue and binding of the vhost; objects of other kinds are owned by pattern only.
   */
  manage?:
    | "all"
    | {
        exchanges?: Patterns;
        queues?: QueuePatterns;
        /**
         * Names or glob patterns: * matches any characters, ? matches one, \ escapes the next character.
         */
        bindings_into?: string[] | string;
        /**
         * Names or glob patterns: * matches any characters, ? matches one, \ escapes the next character.
         */
        vhosts?: string[] | string;
        /**
         * Names or glob patterns: * matches any characters, ? matches one, \ escapes the next character.
         */
        users?: string[] | string;
        /**
         * Names or glob patterns: * matches any characters, ? matches one, \ escapes the next character.
         */
        permissions?: string[] | string;
        /**
         * Names or glob patterns: * matches any characters, ? matches one, \ escapes the next character.
         */
        topic_permissions?: string[] | string;
        /**
         * Names or glob patterns: * matches any characters, ? matches one, \ escapes the next character.
         */
        policies?: string[] | string;
        /**
         * Names or glob patterns: * matches any characters, ? matches one, \ escapes the next character.
         */
        operator_policies?: string[] | string;
        /**
         * Names or glob patterns: * matches any characters, ? matches one, \ escapes the next character.
         */
        parameters?: string[] | string;
        /**
         * Names or glob patterns: * matches any characters, ? matches one, \ escapes the next character.
         */
        global_parameters?: string[] | string;
      };
  /**
   * Never deleted, never replaced, whatever else the file says.
   */
  protect?: {
    exchanges?: Patterns;
    queues?: Patterns;
    /**
     * Names or glob patterns: * matches any characters, ? matches one, \ escapes the next character.
     */
    vhosts?: string[] | string;
    /**
     * Names or glob patterns: * matches any characters, ? matches one, \ escapes the next character.
     */
    users?: string[] | string;
    /**
     * Names or glob patterns: * matches any characters, ? matches one, \ escapes the next character.
     */
    permissions?: string[] | string;
    /**
     * Names or glob patterns: * matches any characters, ? matches one, \ escapes the next character.
     */
    topic_permissions?: string[] | string;
    /**
     * Names or glob patterns: * matches any characters, ? matches one, \ escapes the next character.
     */
    policies?: string[] | string;
    /**
     * Names or glob patterns: * matches any characters, ? matches one, \ escapes the next character.
     */
    operator_policies?: string[] | string;
    /**
     * Names or glob patterns: * matches any characters, ? matches one, \ escapes the next character.
     */
    parameters?: string[] | string;
    /**
     * Names or glob patterns: * matches any characters, ? matches one, \ escapes the next character.
     */
    global_parameters?: string[] | string;
  };
  /**
   * The environment that the file is meant for. topo refuses to plan for any other.
   */
  expect?: {
    /**
     * The broker's cluster name, exactly as spelled.
     */
    cluster_name?: string;
    /**
     * The oldest version of RabbitMQ that will do.
     */
    min_version?: string;
    /**
     * The vhosts that the files may write, exactly as spelled; all must exist.
     *
     * @minItems 1
     *
     * Items: The name of a virtual host.
     */
    vhosts?: [string, ...string[]];
  };
  /**
   * The exchanges that should exist.
   */
  exchanges?: Exchange[];
  /**
   * The queues that should exist.
   */
  queues?: Queue[];
  /**
   * The bindings that should exist.
   */
  bindings?: Binding[];
  /**
   * The super streams that should exist: each is an exchange, its streams and its bindings.
   */
  super_streams?: SuperStream[];
  /**
   * Values that topo output prints besides the declared names.
   */
  outputs?: {
    [k: string]: Scalar;
  };
  /**
   * The exchanges and queues of topo-harness, by the names that the files declare. Without it, tasks go to the only exchange with queues bound to it.
   */
  harness?: {
    /**
     * The virtual host of all these names. Defaults to the file's own vhost.
     */
    vhost?: string;
    /**
     * The exchange that tasks are published to. The queues bound to it belong to the workers. Defaults to the only exchange with queues bound to it.
     */
    tasks?: string;
    /**
     * The queue that workers send their results to.
     */
    results?: string;
    /**
     * The queue for tasks that no attempt can complete.
     */
    dead_letter?: string;
    /**
     * The queues in which failed tasks wait, one for each delay. Each has the delay as its x-message-ttl, and dead-letters to the tasks exchange.
     *
     * Items: A queue with x-message-ttl and x-dead-letter-exchange.
     */
    retry?: string[];
    /**
     * A queue, bound to the tasks exchange, that any worker may consume.
     */
    pool?: string;
    /**
     * The exchange that workers publish their state to.
     */
    events?: string;
    /**
     * The RabbitMQ users whose messages count, by the user id that the broker checks. Without it, those of all users.
     */
    users?: {
      /**
       * The users that topo-harness work connects as. They send results, events and retried tasks.
       *
       * @minItems 1
       *
       * Items: A user of the broker.
       */
      workers?: [string, ...string[]];
      /**
       * The user that topo-harness train and publish connect as. It sends the tasks, as workers may.
       */
      coordinator?: string;
    };
  };
  /**
   * Virtual hosts to create or to change in place.
   */
  vhosts?: Vhost[];
  /**
   * RabbitMQ's internal users.
   */
  users?: User[];
  /**
   * What users may do in a vhost.
   */
  permissions?: Permission[];
  /**
   * Which routing keys users may use.
   */
  topic_permissions?: TopicPermission[];
  /**
   * Policies: what arguments leave open.
   */
  policies?: Policy[];
  /**
   * Operator policies: limits that users' policies can't lift.
   */
  operator_policies?: OperatorPolicy[];
  /**
   * Runtime parameters of components: shovels, federation upstreams and others.
   */
  parameters?: Parameter[];
  /**
   * Runtime parameters of the cluster.
   */
  global_parameters?: GlobalParameter[];
  /**
   * Written by RabbitMQ's own export; ignored.
   */
  rabbit_version?: string;
  /**
   * Written by RabbitMQ's own export; ignored.
   */
  rabbitmq_version?: string;
  /**
   * Written by RabbitMQ's own export; ignored.
   */
  product_name?: string;
  /**
   * Written by RabbitMQ's own export; ignored.
   */
  product_version?: string;
  /**
   * Written by RabbitMQ's own export; ignored.
   */
  rabbitmq_definition_format?: string;
  /**
   * Written by RabbitMQ's own export; ignored.
   */
  original_cluster_name?: string;
  /**
   * Written by RabbitMQ's own export of one vhost; the vhost of every entry if vhost is not given.
   */
  original_vhost_name?: string;
  /**
   * Written by topo export: problems that are errors in your own files are warnings in an exported one. Remove it from a file that you keep editing.
   */
  exported_by?: string;
  /**
   * Written by RabbitMQ's own export; ignored.
   */
  explanation?: string;
  /**
   * Written by RabbitMQ's own export; ignored.
   */
  description?: string;
  /**
   * Written by RabbitMQ's own export; ignored.
   */
  default_queue_type?: string;
  /**
   * Written by RabbitMQ's own export; ignored.
   */
  metadata?: {
    [k: string]: unknown;
  };
  /**
   * Written by RabbitMQ's own export; ignored.
   */
  limits?:
    | {
        [k: string]: unknown;
      }
    | unknown[];
  /**
   * Written by RabbitMQ's own export; ignored.
   */
  tags?: string[];
}
/**
 * A pattern with what happens to a matching queue that is no longer declared.
 */
export interface QueuePattern {
  /**
   * A name or a glob pattern.
   */
  match: string;
  /**
   * refuse: never delete it. drain: unbind it, wait until its consumers have emptied it, then delete it. delete-if-empty: delete it if it is empty and has no consumers.
   */
  on_remove?: "refuse" | "drain" | "delete-if-empty";
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
   * direct, fanout, topic or headers; x-local-random from RabbitMQ 4.0; or a plugin's type, such as x-consistent-hash.
   */
  type: string;
  /**
   * Survives a restart of the broker.
   */
  durable?: boolean;
  /**
   * The broker deletes it with its last binding.
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
     * Exchange for messages that this one can't route.
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
    "hash-property"?: "correlation_id" | "message_id" | "timestamp";
    /**
     * x-recent-history: how many messages a new binding receives.
     */
    "x-recent-history-length"?: number;
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
    "x-cache-persistence"?: "memory" | "disk";
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
   * The queue type in RabbitMQ's own exports. The same as the argument x-queue-type.
   */
  type?: string;
  /**
   * Survives a restart of the broker.
   */
  durable?: boolean;
  /**
   * The broker deletes it when its last consumer leaves.
   */
  auto_delete?: boolean;
  /**
   * Optional arguments. A difference in any of them replaces the queue.
   */
  arguments?: {
    /**
     * classic, quorum or stream, or a plugin's type. The vhost's default type if missing.
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
     * Quorum queues only: how hard the broker tries to deliver dead letters.
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
     * Milliseconds that a delivery may stay unacknowledged: of any queue from 3.12, only of quorum queues from 4.3.
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
  /**
   * The name that the queue had: topo binds it alike, moves what the old queue holds, and deletes the old one. Nothing to do once that is gone.
   */
  renamed_from?: string;
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
   * Ignored: the broker makes it.
   */
  properties_key?: string;
}
/**
 * A direct exchange and, for each partition, a stream and a binding, as rabbitmq-streams add_super_stream makes them.
 */
export interface SuperStream {
  for_each?: ForEach;
  /**
   * The name of the exchange. Streams are called NAME-KEY.
   */
  name: string;
  /**
   * The virtual host of this entry. Defaults to the file's own vhost.
   */
  vhost?: string;
  /**
   * How many streams there are. Their routing keys are 0, 1, 2 and so on.
   */
  partitions?: number;
  /**
   * In place of partitions: the routing key of each stream, in the order of the partitions.
   *
   * @minItems 1
   *
   * Items: The routing key of a partition, and the end of its name.
   */
  routing_keys?: [string, ...string[]];
  /**
   * Optional arguments of every stream.
   */
  arguments?: {
    /**
     * Streams only: age after which segments are dropped: a number and Y, M, D, h, m or s.
     */
    "x-max-age"?: string;
    /**
     * How many bytes of ready messages the queue may hold.
     */
    "x-max-length-bytes"?: number;
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
     * Where the queue's leader is placed.
     */
    "x-queue-leader-locator"?: "client-local" | "balanced" | "random" | "least-leaders";
    [k: string]: unknown;
  };
}
/**
 * A virtual host. A field that is left out stays as the broker has it.
 */
export interface Vhost {
  for_each?: ForEach;
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
   * The type of queues declared without one.
   */
  default_queue_type?: string;
  /**
   * As RabbitMQ exports it.
   */
  metadata?: {
    [k: string]: unknown;
  };
  /**
   * max-connections and max-queues; -1 for no limit. What is left out of the map is removed; without the map, limits stay as they are.
   */
  limits?:
    | {
        [k: string]: unknown;
      }
    | unknown[];
  /**
   * Whether RabbitMQ refuses to delete it. From RabbitMQ 4.0.6 on.
   */
  protected_from_deletion?: boolean;
  /**
   * Whether message tracing is on.
   */
  tracing?: boolean;
}
/**
 * A user.
 */
export interface User {
  for_each?: ForEach;
  /**
   * The user's name.
   */
  name: string;
  /**
   * Take it from the environment. Without this and the next three fields, the password stays as the broker has it, and a new user has none.
   */
  password?: string;
  /**
   * File that holds the password, below the folder that --secrets-dir names.
   */
  password_file?: string;
  /**
   * Whether topo makes a password if the user has none, and writes it into a new file below the folder that --secrets-dir names.
   */
  generate?: boolean;
  /**
   * Salted hash, as RabbitMQ exports it; empty for a user without a password.
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
   * max-connections and max-channels; -1 for no limit. Without the map, limits stay as they are.
   */
  limits?:
    | {
        [k: string]: unknown;
      }
    | unknown[];
}
/**
 * What a user may do in a vhost.
 */
export interface Permission {
  for_each?: ForEach;
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
 * Which routing keys a user may use.
 */
export interface TopicPermission {
  for_each?: ForEach;
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
 * A policy.
 */
export interface Policy {
  for_each?: ForEach;
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
   * The kinds of objects that the policy applies to.
   */
  "apply-to"?: string;
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
 * A policy of the operators: it sets limits that users' policies can't lift.
 */
export interface OperatorPolicy {
  for_each?: ForEach;
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
   * The kinds of objects that the policy applies to.
   */
  "apply-to"?: string;
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
 * A runtime parameter of a component.
 */
export interface Parameter {
  for_each?: ForEach;
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
 * A runtime parameter of the cluster.
 */
export interface GlobalParameter {
  for_each?: ForEach;
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
