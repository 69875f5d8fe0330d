// Generated from schema/plan.schema.json by npm run generate.

/**
 * What a queue held when it was planned to be deleted or replaced.
 */
export type Depth =
  | {
      kind: "known";
      /**
       * Messages ready.
       */
      ready: number;
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
 * What topo plan found and topo apply would do. Written by --out and --format json.
 */
export interface PlanDocument {
  /**
   * Version of this format.
   */
  topo_plan: 1;
  /**
   * Hash over what would change and what may not; times and message counts are no part of it.
   */
  id: string;
  /**
   * The management API that was read, without credentials.
   */
  endpoint: string;
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
   * The vhost that texts leave out: that of the first file.
   */
  vhost: string;
  /**
   * What would be written, in order. A step starts when all that it needs is done.
   */
  steps: Step[];
  /**
   * Applies that have not ended: they were cut off, or are still under way. What they took away comes back first, whatever is refused.
   */
  unfinished: Unfinished[];
  /**
   * Why apply would write nothing at all.
   */
  refusals: Refusal[];
  /**
   * What a person should know.
   */
  warnings: Warning[];
  /**
   * Bindings to declared exchanges and queues that no file declares or owns, by what they lead to. They stay.
   */
  undeclared_bindings: UndeclaredBindings[];
  /**
   * With --was: what those files owned and these don't. It stays.
   */
  disowned?: Disowned[];
  /**
   * How replacing an exchange or a queue is carried out: pipelined on one AMQP channel, or request by request, as AMQP is out of reach or refuses the user.
   */
  gap: "pipelined" | "unpipelined" | "refused";
  summary: Summary;
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
  object: "exchange" | "queue" | "binding";
  /**
   * The change.
   */
  kind: "create" | "replace" | "delete";
  before?: Fields;
  after?: Fields;
  /**
   * Hash of the live object as it was planned upon; absent where there was none.
   */
  before_hash?: string;
  /**
   * Bindings: the broker's own key of the live binding.
   */
  properties_key?: string;
  /**
   * Whether the topology files own the object. A binding that goes or comes back with its exchange or queue may be somebody else's.
   */
  managed: boolean;
  /**
   * The object that this binding goes and comes back with, or whose change makes this one necessary.
   */
  because?: string;
  /**
   * False where the request of another step carries this one out.
   */
  own_request: boolean;
  /**
   * Addresses of steps that must have succeeded; exchanges/VHOST/NAME/bindings/source stands for every new binding from that exchange, …/bindings/destination for every new binding to an end.
   */
  needs: string[];
  source?: Source;
  depth?: Depth;
}
/**
 * Fields of an exchange, a queue or a binding under RabbitMQ's names.
 */
export interface Fields {
  vhost: string;
  arguments: {
    [k: string]: unknown;
  };
  [k: string]: unknown;
}
/**
 * Where it stands in the files.
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
 * An apply that was cut off, or is still under way.
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
   * The broker's user that applied.
   */
  user?: string;
  /**
   * The machine that it was applied from.
   */
  host?: string;
  /**
   * The topology files that it applied.
   */
  files?: string[];
  /**
   * How far it came: how many of the exchanges and queues that it was to replace are as planned, away, as before, or otherwise.
   */
  replaced: {
    done: number;
    away: number;
    not_begun: number;
    changed: number;
  };
  /**
   * Where it is written down: broker, or a file.
   */
  kept: string;
  /**
   * The addresses of what comes back.
   */
  put_back: string[];
  /**
   * The addresses of bindings that can't come back, as one of their ends is gone.
   */
  lost: string[];
}
/**
 * A guard's no.
 */
export interface Refusal {
  /**
   * Names the guard.
   */
  code: string;
  /**
   * The object it is about; absent where it is the plan as a whole.
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
 * Nothing that keeps a plan from being applied.
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
 * Those to one exchange or queue.
 */
export interface UndeclaredBindings {
  /**
   * The exchange or queue that they lead to.
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
 * An object that nobody owns any more.
 */
export interface Disowned {
  /**
   * The object.
   */
  address: string;
  /**
   * Kind of the object.
   */
  object: "exchange" | "queue" | "binding";
  /**
   * Of a binding: an end of it that nobody owns any more either, and that it would go with.
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
   * To replace, without the bindings that come back.
   */
  replace: number;
  /**
   * To delete, with the bindings that go with them.
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
   * Entries of kinds that are accepted but not planned.
   */
  not_planned: {
    [k: string]: number;
  };
  /**
   * What the broker has of kinds that are not compared, in these vhosts: policies, and parameters by their component. Only what the user may read.
   */
  not_compared?: {
    [k: string]: number;
  };
  /**
   * Changes that --only and --target left out.
   */
  left_out: number;
  /**
   * The same of each vhost, for the guards.
   *
   * Items: Counts of one vhost.
   */
  vhosts: {
    /**
     * The vhost.
     */
    name: string;
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
