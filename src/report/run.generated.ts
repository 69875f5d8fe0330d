// Generated from schema/run.schema.json by npm run generate.

/**
 * How topo apply ended. Written by --report and --format json, whatever happened.
 */
export interface RunDocument {
  /**
   * Version of this format.
   */
  topo_run: 1;
  /**
   * The id of the plan; null if there was none.
   */
  plan: string | null;
  /**
   * The management API, without credentials; null if none was reached.
   */
  endpoint: string | null;
  /**
   * How long it took.
   */
  seconds: number;
  /**
   * Whether the broker, read again, was as planned.
   */
  converged: boolean;
  /**
   * When it was read again, in UTC; null if it could not be.
   */
  read_at: string | null;
  /**
   * What the guards refused: then nothing was written.
   */
  refusals: Refusal[];
  /**
   * The addresses of objects that came back first, because an earlier apply had taken them away.
   */
  put_back: string[];
  /**
   * One for each step.
   */
  outcomes: Outcome[];
  /**
   * With --verify=strong: what each node shows.
   */
  nodes?: NodeReading[];
  /**
   * What happened to the cluster meanwhile.
   */
  doubts: Doubt[];
  /**
   * The addresses of steps whose goal the broker had not reached when it was read again; null if it could not be read.
   */
  unreached: string[] | null;
  error?: RunError;
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
 * How one step ended.
 */
export interface Outcome {
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
   * What the step was to do.
   */
  change: "create" | "update" | "replace" | "delete";
  /**
   * succeeded; failed; stale: someone changed the object since the plan, and it was left; skipped: not begun, because apply was stopped; blocked: not begun, because a step that it needs failed; left: someone has changed it since it was written.
   */
  kind: "succeeded" | "failed" | "stale" | "skipped" | "blocked" | "left";
  /**
   * Why it did not succeed.
   */
  reason?: string;
  /**
   * What to do next.
   */
  hint?: string;
  /**
   * The address of the step that blocks it.
   */
  by?: string;
  /**
   * Something was done, or may have been.
   */
  begun?: true;
  /**
   * A guard's last look forbade it.
   */
  forbidden?: true;
  /**
   * A binding that was taken away and has not come back, with all its fields.
   */
  lost?: {
    [k: string]: unknown;
  };
  lost_messages?: Loss;
  /**
   * The queue was carried over.
   */
  carried?: {
    /**
     * How many messages were moved to the parking queue.
     */
    messages: number;
    /**
     * How long the change of its bindings took, the longer of both ways.
     */
    flip_milliseconds: number;
  };
}
/**
 * The messages that went with a queue, with consent or without.
 */
export interface Loss {
  /**
   * counted: by the delete; counted-before: right before it; uncounted.
   */
  kind: "counted" | "counted-before" | "uncounted";
  /**
   * How many were ready.
   */
  ready?: number;
  /**
   * How many were unacknowledged right before, if known.
   */
  unacked?: number;
}
/**
 * What one node shows.
 */
export interface NodeReading {
  /**
   * Its management API.
   */
  endpoint?: string;
  /**
   * Its name; absent if the user may not know it.
   */
  node?: string;
  /**
   * The addresses of what is not as planned there.
   */
  unreached: string[];
  /**
   * Why it was not read.
   */
  reason?: string;
}
/**
 * Something that happened to the cluster.
 */
export interface Doubt {
  /**
   * Names it.
   */
  code: string;
  /**
   * What happened.
   */
  message: string;
  /**
   * What to do next.
   */
  hint: string;
}
/**
 * Why a run has no outcomes.
 */
export interface RunError {
  /**
   * Names the kind of error.
   */
  code: string;
  /**
   * What is wrong.
   */
  message: string;
  /**
   * What to do next.
   */
  hint?: string;
  /**
   * All problems of an input.
   */
  problems?: Problem[];
  /**
   * Of a stale plan: what has changed.
   */
  changes?: Change[];
}
/**
 * A problem of an input.
 */
export interface Problem {
  /**
   * Names the check.
   */
  code: string;
  /**
   * What is wrong.
   */
  message: string;
  /**
   * What to do next.
   */
  hint?: string;
  /**
   * Its place.
   */
  at?: {
    /**
     * The file.
     */
    file: string;
    /**
     * From 1.
     */
    line: number;
    /**
     * From 1.
     */
    col: number;
  };
}
/**
 * What has changed since the plan.
 */
export interface Change {
  /**
   * Names the kind of change.
   */
  kind: string;
  /**
   * The object, if it is about one.
   */
  address: string | null;
  /**
   * What the plan saw; null stands for nothing.
   */
  planned: {
    [k: string]: unknown;
  } | null;
  /**
   * What is there now; null stands for nothing.
   */
  found: {
    [k: string]: unknown;
  } | null;
  /**
   * What has changed.
   */
  message: string;
}
