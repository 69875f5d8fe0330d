// Generated from schema/result.schema.json by npm run generate.

/**
 * The result of a training task, in the body of an AMQP message of type topo.result.v1.
 */
export interface Result {
  /**
   * The version of this format.
   */
  version: 1;
  /**
   * The id of the task; also the message id and the correlation id. Two results of one task count once.
   */
  task: string;
  /**
   * The task's run.
   */
  run?: string;
  /**
   * The task's round.
   */
  round?: number;
  /**
   * The hash of the body of the task's message, as the worker received it, 64 hexadecimal digits. train ignores results of another task with that id.
   */
  task_sha256?: string;
  /**
   * The name of the worker that trained.
   */
  worker: string;
  /**
   * The number of the attempt, from 1.
   */
  attempt: number;
  /**
   * When the handler received the task, RFC 3339 in UTC.
   */
  started_at: string;
  /**
   * When the handler finished, RFC 3339 in UTC.
   */
  finished_at: string;
  /**
   * How many samples it trained on: the weight of the result.
   */
  samples?: number;
  /**
   * Numbers that the trainer reports, such as the loss.
   */
  metrics?: {
    [k: string]: number;
  };
  parameters?: Location;
  /**
   * Anything else that the trainer reports. Any JSON.
   */
  output?: {
    [k: string]: unknown;
  };
  /**
   * The task's seed.
   */
  seed?: number;
  /**
   * The task's hyperparameters, so that the result shows its settings.
   */
  hyperparameters?: {
    [k: string]: unknown;
  };
  /**
   * The task's labels.
   */
  labels?: {
    [k: string]: string;
  };
}
/**
 * The trained parameters, such as a safetensors file: its location, or the file itself if the task asks for it. Big tensors never travel through the broker.
 */
export interface Location {
  /**
   * Where it is: a path relative to one of the worker's roots, or a URI.
   */
  uri?: string;
  /**
   * Instead of a uri: the bytes of the file in base64 (RFC 4648, padded, without line ends), at most 8 MiB before encoding. With sha256.
   */
  inline?: string;
  /**
   * The hash of the bytes, 64 hexadecimal digits. The worker fills it in for each file below its roots.
   */
  sha256?: string;
}
