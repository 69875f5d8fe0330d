// Generated from schema/record.schema.json by npm run generate.

/**
 * What an apply deletes for a moment in one vhost, kept until it is back: on the broker, in the arguments of topo's own queues, or else in .topo/unfinished.
 */
export interface RecordDocument {
  /**
   * Version of this format.
   */
  topo_record: 1;
  /**
   * The id of the plan, and eight random digits.
   */
  id: string;
  /**
   * The cluster of the objects.
   */
  cluster_name: string;
  /**
   * The vhost of the objects.
   */
  vhost: string;
  /**
   * When the apply began, in UTC.
   */
  started: string;
  /**
   * The broker's user who applied.
   */
  user?: string;
  /**
   * The machine on which apply ran.
   */
  host?: string;
  /**
   * The topology files that were applied.
   */
  files?: string[];
  /**
   * The exchanges and queues that are deleted and declared again, and the queue that keeps messages meanwhile.
   */
  replaced: {
    before: Named;
    after: Named;
    parking?: Named;
  }[];
  /**
   * The exchanges that keep a ring, and whose bindings are bound again.
   */
  rings: string[];
  /**
   * The queues that are unbound until they are empty and deleted, or are bound again.
   */
  unbound?: string[];
  /**
   * The bindings that come back with them.
   */
  bindings: Binding[];
}
/**
 * An exchange, which has a type, or a queue.
 */
export interface Named {
  object: "exchange" | "queue";
  name: string;
  type?: string;
  durable: boolean;
  auto_delete: boolean;
  internal?: boolean;
  arguments: {
    [k: string]: unknown;
  };
}
/**
 * A binding under RabbitMQ's names.
 */
export interface Binding {
  source: string;
  destination: string;
  destination_type: "exchange" | "queue";
  routing_key: string;
  arguments: {
    [k: string]: unknown;
  };
}
