// Generated from schema/plan.schema.json by npm run generate.

/**
 * What a queue held when its delete or replacement was planned.
 */
export type Depth =
  | {
      kind: "known";
      /**
       * Messages ready.
       */
      ready: number;
      /**
       * How many of them a dead-letter exchange has not confirmed yet.
       */
      leaving?: number;
      /**
       * Messages delivered and not acknowledged.
       */
      unacked: number;
      /**
       * Consumers.
       */
      consumers: number;
    }
  | {
      kind: "unknown";
      /**
       * Why.
       */
      why: string;
      /**
       * How to make it known.
       */
      hint: string;
    };

/**
 * What topo plan found, and what topo apply would do. Written by --out and --format json.
 */
export interface PlanDocument {
  /**
   * Version of this format.
   */
  topo_plan: 1;
  /**
   * Hash of the changes and the refusals, without times and message counts.
   */
  id: string;
  /**
   * The management API that was read, without credentials.
   */
  endpoint: string;
  /**
   * Whether it deletes what the files declare: made by topo destroy or topo plan --destroy.
   */
  destroy?: true;
  /**
   * The broker that was read.
   */
  broker: {
    /**
     * RabbitMQ's version.
     */
    version: string;
    /**
     * Name of the cluster.
     */
    cluster_name: string;
  };
  /**
   * The topology files, in their order.
   */
  files: string[];
  /**
   * The environment that the plan is for, with --environment.
   */
  environment?: {
    /**
     * Its name.
     */
    name: string;
    /**
     * The environment variable that holds the broker's URL, for the apply, too.
     */
    endpoint_env?: string;
  };
  /**
   * The brokers that the files are for: all must hold of the one that the plan is applied to.
   */
  expect?: Expectation[];
  /**
   * The vhost of the first file, which texts leave out.
   */
  vhost: string;
  /**
   * The steps, in order. A step starts when all that it needs are done.
   */
  steps: Step[];
  /**
   * Unfinished applies: interrupted, or still running. Objects that they deleted come back first, whatever is refused.
   */
  unfinished: Unfinished[];
  /**
   * The reasons for which apply would write nothing at all.
   */
  refusals: Refusal[];
  /**
   * What the reader should know.
   */
  warnings: Warning[];
  /**
   * Bindings to declared exchanges and queues that no file declares or owns, by destination. They stay.
   */
  undeclared_bindings: UndeclaredBindings[];
  /**
   * With --was: the objects that those files owned and these don't. They stay.
   */
  disowned?: Disowned[];
  /**
   * How apply replaces an exchange or a queue: pipelined on one AMQP channel, or request by request if AMQP is out of reach or refuses the user.
   */
  gap: "pipelined" | "unpipelined" | "refused";
  summary: Summary;
}
/**
 * What a file expects of the broker.
 */
export interface Expectation {
  /**
   * The cluster's name.
   */
  cluster_name?: string;
  /**
   * The oldest version of RabbitMQ that will do.
   */
  min_version?: string;
  /**
   * Vhosts that must exist.
   */
  vhosts?: string[];
  source: Source;
}
/**
 * Its place in the files.
 */
export interface Source {
  /**
   * The file.
   */
  file: string;
  /**
   * The line.
   */
  line: number;
  /**
   * The column.
   */
  col: number;
}
/**
 * One change of one object.
 */
export interface Step {
  /**
   * The object's path in the management API.
   */
  address: string;
  /**
   * Kind of the object.
   */
  object:
    | "vhost"
    | "user"
    | "permission"
    | "topic_permission"
    | "exchange"
    | "queue"
    | "binding"
    | "policy"
    | "operator_policy"
    | "parameter"
    | "global_parameter";
  /**
   * The change.
   */
  kind: "create" | "update" | "replace" | "delete";
  before?: Fields;
  after?: Fields;
  /**
   * Hash of the live object that was planned for; absent if there was none.
   */
  before_hash?: string;
  /**
   * Bindings: the broker's own key of the live binding.
   */
  properties_key?: string;
  /**
   * Whether the topology files own the object. A binding that is deleted or comes back with its exchange or queue may have another owner.
   */
  managed: boolean;
  /**
   * The super stream that this step creates, extends or deletes together with others: super_streams/VHOST/NAME.
   */
  part_of?: string;
  /**
   * The object with which this binding is deleted and comes back, or whose change requires this one.
   */
  because?: string;
  /**
   * False if the request of another step carries this one out.
   */
  own_request: boolean;
  /**
   * Addresses of steps that must have succeeded; exchanges/VHOST/NAME/bindings/source stands for every new binding from that exchange, …/bindings/destination for every new binding to an end.
   */
  needs: string[];
  source?: Source;
  depth?: Depth;
  /**
   * The queue is unbound first, and deleted once its consumers have emptied it.
   */
  drain?: true;
  /**
   * The queue that takes over the bindings and the messages of this one.
   */
  renamed_to?: string;
  carry?: Carry;
  /**
   * How many open connections the deleted user or vhost takes along.
   */
  connections?: number;
  effect?: Effect;
}
/**
 * Fields of an object under RabbitMQ's names. Objects of the whole cluster have no vhost.
 */
export interface Fields {
  vhost?: string;
  arguments?: {
    [k: string]: unknown;
  };
  [k: string]: unknown;
}
/**
 * How apply replaces a queue in use: its messages and bindings wait in a parking queue meanwhile. Apply decides again, by what the queue holds then.
 */
export interface Carry {
  /**
   * How many messages it holds.
   */
  messages: number;
  /**
   * How many consumers are cancelled and must subscribe again.
   */
  consumers: number;
  /**
   * About how long it takes.
   */
  seconds: number;
  parking: ParkingQueue;
  /**
   * What happens to these messages because of the new queue's settings.
   */
  notes?: {
    /**
     * The setting.
     */
    what: string;
    /**
     * What happens.
     */
    then: string;
  }[];
}
/**
 * Where messages wait while their queue is replaced.
 */
export interface ParkingQueue {
  /**
   * beside: its name is NAME.topo-parking- and eight digits, alone: topo.parking. and eight digits.
   */
  named: "beside" | "alone";
  /**
   * Its type.
   */
  type: "classic" | "quorum";
  /**
   * Those for dead letters, as they apply to the queue.
   */
  arguments: {
    [k: string]: string;
  };
}
/**
 * What the change of a policy or operator policy does to queues and exchanges, all earlier steps done.
 */
export interface Effect {
  /**
   * The queues and exchanges whose policy of this kind becomes another, or gets another definition.
   */
  moves: {
    /**
     * The name of the policy that they have before, null for none; several if topo can't tell which.
     */
    from: (string | null)[];
    /**
     * The same after the change.
     */
    to: (string | null)[];
    /**
     * How many queues.
     */
    queues: number;
    /**
     * How many exchanges.
     */
    exchanges: number;
    /**
     * The addresses of the first few.
     */
    some: string[];
  }[];
  /**
   * The messages that queues lose by it.
   */
  loss?: {
    /**
     * How many queues lose messages, or may lose some.
     */
    queues: number;
    /**
     * How many messages they lose, without those of uncounted queues.
     */
    messages: number;
    /**
     * For how many of these queues topo can't count the messages.
     */
    uncounted: number;
    /**
     * The first few of these queues, and the setting that loses the messages.
     */
    some: {
      address: string;
      by: string;
    }[];
    /**
     * Why topo can't count the messages of the first uncounted queue, and the way to make them known.
     */
    unknown?: {
      why: string;
      hint: string;
    };
  };
  /**
   * What happens later to messages that queues hold now, because of it.
   */
  notes?: {
    /**
     * What changes.
     */
    what: string;
    /**
     * What happens.
     */
    then: string;
    /**
     * In how many queues.
     */
    queues: number;
    /**
     * How many messages they hold, without those of uncounted queues.
     */
    messages: number;
    /**
     * For how many of these queues topo can't count the messages.
     */
    uncounted: number;
    /**
     * The addresses of the first few.
     */
    some: string[];
  }[];
}
/**
 * An apply that was interrupted, or is still running.
 */
export interface Unfinished {
  /**
   * The id of its plan, and eight random digits.
   */
  id: string;
  /**
   * When it began, in UTC.
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
   * Its progress: how many of the exchanges and queues to replace are as planned, deleted, as before, or otherwise.
   */
  replaced: {
    done: number;
    away: number;
    not_begun: number;
    changed: number;
  };
  /**
   * Where its record is: broker, or a file.
   */
  kept: string;
  /**
   * The addresses of the objects that come back.
   */
  put_back: string[];
  /**
   * The queues that are on their way through a parking queue: apply goes on with them first.
   */
  carried_over?: {
    /**
     * The queue.
     */
    address: string;
    /**
     * The parking queue.
     */
    parking: string;
    /**
     * How many messages wait in it.
     */
    messages: number;
  }[];
  /**
   * The addresses of bindings that can't come back, as one of their ends is gone.
   */
  lost: string[];
}
/**
 * A guard's refusal.
 */
export interface Refusal {
  /**
   * Names the guard.
   */
  code: string;
  /**
   * The object concerned; absent if it is the whole plan.
   */
  address?: string;
  /**
   * What would happen.
   */
  reason: string;
  /**
   * The way out, with the exact flag.
   */
  hint: string;
}
/**
 * An oddity that does not stop an apply.
 */
export interface Warning {
  /**
   * Names the check.
   */
  code: string;
  /**
   * What is odd.
   */
  message: string;
  /**
   * What to do about it.
   */
  hint?: string;
  source?: Source;
}
/**
 * The undeclared bindings to one exchange or queue.
 */
export interface UndeclaredBindings {
  /**
   * Their destination.
   */
  address: string;
  /**
   * How many there are.
   */
  count: number;
  /**
   * The first few of them.
   */
  first: Fields[];
}
/**
 * An object without an owner.
 */
export interface Disowned {
  /**
   * The object.
   */
  address: string;
  /**
   * Kind of the object.
   */
  object:
    | "vhost"
    | "user"
    | "permission"
    | "topic_permission"
    | "exchange"
    | "queue"
    | "binding"
    | "policy"
    | "operator_policy"
    | "parameter"
    | "global_parameter";
  /**
   * For a binding: one of its ends without an owner, with which it would be deleted.
   */
  because?: string;
}
/**
 * Counts of objects.
 */
export interface Summary {
  /**
   * To create.
   */
  create: number;
  /**
   * To update in place.
   */
  update: number;
  /**
   * To replace, without the bindings that come back.
   */
  replace: number;
  /**
   * To delete, with the bindings deleted along with them.
   */
  delete: number;
  /**
   * Bindings that come back after a replacement.
   */
  restored: number;
  /**
   * Refusals.
   */
  refused: number;
  /**
   * Declared and equal.
   */
  unchanged: number;
  /**
   * Live, and not owned by the files.
   */
  unmanaged: number;
  /**
   * Live, and owned by the files.
   */
  managed: number;
  /**
   * Declared in the files.
   */
  declared: number;
  /**
   * Changes that --only and --target left out.
   */
  left_out: number;
  /**
   * The same for each vhost and for the whole cluster, for the guards.
   *
   * Items: Counts of one vhost.
   */
  vhosts: {
    /**
     * The vhost; null for objects of the whole cluster.
     */
    name: string | null;
    /**
     * Declared in the files.
     */
    declared: number;
    /**
     * Live, and owned by the files.
     */
    managed: number;
  }[];
}
