// Generated from schema/exec.schema.json by npm run generate.

/**
 * A message of the exec protocol, version 1: one line of JSON. The trainer reads from its file descriptor 3 and writes to 4.
 */
export type Message = ToTrainer | FromTrainer;
export type ToTrainer = Init | Train | Cancel | Ping | Shutdown;
/**
 * Counts the trains and pings of one process, from 1; the answer repeats it.
 */
export type Request = number;
export type FromTrainer = Ready | Progress | Result | Error | Pong;

/**
 * The first message. The trainer answers ready.
 */
export interface Init {
  type: "init";
  /**
   * The version of the protocol.
   */
  protocol: 1;
  /**
   * The worker's name.
   */
  worker: string;
  /**
   * Absolute paths of the folders that hold the shards.
   */
  roots: string[];
  limits: Limits;
  [k: string]: unknown;
}
export interface Limits {
  /**
   * The longest line that the trainer may write to 4, without its line end.
   */
  line_bytes: number;
  /**
   * From cancel or shutdown to SIGTERM, in milliseconds.
   */
  cancel_grace_ms: number;
  /**
   * From SIGTERM to SIGKILL, in milliseconds.
   */
  term_grace_ms: number;
  [k: string]: unknown;
}
/**
 * Train this task. The trainer answers result or error, and gets no other train before that.
 */
export interface Train {
  type: "train";
  request: Request;
  /**
   * From 1.
   */
  attempt: number;
  task: Task;
  [k: string]: unknown;
}
/**
 * A task as in task.schema.json, with local paths: a file for its shard and its parameters, a folder for its results.
 */
export interface Task {
  version: 1;
  id: string;
  shard?: File;
  parameters?: File;
  results?: Folder;
  [k: string]: unknown;
}
export interface File {
  /**
   * The task's name of it; missing if the parameters came inside the task.
   */
  uri?: string;
  /**
   * The hash of the bytes, already checked.
   */
  sha256?: string;
  /**
   * An absolute path, without a symlink in it.
   */
  path: string;
}
/**
 * An empty folder for the files of this training: the worker takes the file that the result names, and deletes the others.
 */
export interface Folder {
  /**
   * The task's name of the parent folder; missing if the parameters return inside the result.
   */
  uri?: string;
  /**
   * An absolute path, without a symlink in it.
   */
  path: string;
}
/**
 * Stop the training of this request. The trainer still answers result or error.
 */
export interface Cancel {
  type: "cancel";
  request: Request;
  [k: string]: unknown;
}
/**
 * The trainer answers pong.
 */
export interface Ping {
  type: "ping";
  request: Request;
  [k: string]: unknown;
}
/**
 * The last message. The trainer exits, as it does at the end of its descriptor 3.
 */
export interface Shutdown {
  type: "shutdown";
  [k: string]: unknown;
}
/**
 * The trainer can take tasks.
 */
export interface Ready {
  type: "ready";
  /**
   * The version that the trainer speaks.
   */
  protocol: 1;
}
/**
 * The progress of a training.
 */
export interface Progress {
  type: "progress";
  request: Request;
  fraction: number;
  metrics?: Metrics;
}
/**
 * Numbers: JSON has neither NaN nor Infinity.
 */
export interface Metrics {
  [k: string]: number;
}
/**
 * The training is done.
 */
export interface Result {
  type: "result";
  request: Request;
  result: Trained;
}
/**
 * The outcome of the task. Tensors are files: parameters names one.
 */
export interface Trained {
  /**
   * How many samples it trained on: the weight of the result.
   */
  samples?: number;
  metrics?: Metrics;
  /**
   * The trained parameters.
   */
  parameters?: {
    /**
     * A path below one of the roots, or a URI.
     */
    uri: string;
    /**
     * The hash of the bytes, 64 hexadecimal digits.
     */
    sha256?: string;
  };
  /**
   * Any JSON, at most 64 levels deep.
   */
  output?: {
    [k: string]: unknown;
  };
}
/**
 * The training failed; the trainer is ready for the next task.
 */
export interface Error {
  type: "error";
  request: Request;
  /**
   * retryable: another attempt may succeed. poison: none will, so the task is dead-lettered. fatal: this worker can't go on, another may.
   */
  verdict: "retryable" | "poison" | "fatal";
  message: string;
  /**
   * For an unexpected exception, the last lines of its traceback. A task that fails twice with the same one is not tried a third time.
   */
  trace?: string;
}
/**
 * The answer to ping.
 */
export interface Pong {
  type: "pong";
  request: Request;
}
