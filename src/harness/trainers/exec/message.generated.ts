// Generated from schema/exec.schema.json by npm run generate.

/**
 * A message of the exec protocol, version 1: one line of JSON, to the trainer on its file descriptor 3, from it on 4.
 */
export type Message = ToTrainer | FromTrainer;
export type ToTrainer = Init | Train | Cancel | Ping | Shutdown;
/**
 * Numbers the trains and pings of one process, from 1; an answer repeats it.
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
   * Absolute paths of the folders that shards lie below.
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
 * Train on this task. The trainer answers result or error; until then it gets no other train.
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
 * A task as in task.schema.json, its shard and its parameters with the path of a local file, its results with that of a folder.
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
   * What the task calls it; none of parameters that came within the task.
   */
  uri?: string;
  /**
   * What the bytes hash to: checked.
   */
  sha256?: string;
  /**
   * An absolute path, without a symlink in it.
   */
  path: string;
}
/**
 * An empty folder for the files of this training alone: the one that its result names is taken from there, and what is left in it is removed.
 */
export interface Folder {
  /**
   * What the task calls the folder that it lies in; none where the parameters go back within the result.
   */
  uri?: string;
  /**
   * An absolute path, without a symlink in it.
   */
  path: string;
}
/**
 * Give up the training of this request. The trainer still answers, result or error.
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
 * The last message. The trainer ends; so it does when its descriptor 3 ends.
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
 * How far a training is.
 */
export interface Progress {
  type: "progress";
  request: Request;
  fraction: number;
  metrics?: Metrics;
}
/**
 * Numbers: NaN and Infinity are no JSON.
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
 * What became of the task. Tensors are files: parameters names one.
 */
export interface Trained {
  /**
   * How many samples were trained on: the weight of the result.
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
     * What the bytes hash to, 64 hexadecimal digits.
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
 * The training failed; the trainer can take the next task.
 */
export interface Error {
  type: "error";
  request: Request;
  /**
   * retryable: another attempt may do. poison: none will, the task is dead-lettered. fatal: this worker can't go on, another may.
   */
  verdict: "retryable" | "poison" | "fatal";
  message: string;
  /**
   * Of an exception that the program did not foresee: the last lines of its traceback. The same one twice is not tried a third time.
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
