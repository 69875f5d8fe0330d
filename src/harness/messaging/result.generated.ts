// Generated from schema/result.schema.json by npm run generate.

/**
 * What became of a training task, as it travels in the body of an AMQP message of type topo.result.v1.
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
   * What the body of the task's message hashes to, as the worker got it, 64 hexadecimal digits: what it was made of. train counts no result of another task of that id.
   */
  task_sha256?: string;
  /**
   * The name of the worker that trained.
   */
  worker: string;
  /**
   * Which attempt it was, from 1.
   */
  attempt: number;
  /**
   * When the handler was given the task, RFC 3339 in UTC.
   */
  started_at: string;
  /**
   * When the handler was done, RFC 3339 in UTC.
   */
  finished_at: string;
  /**
   * How many samples were trained on: the weight of the result.
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
   * What else the trainer reports. Any JSON.
   */
  output?: {
    [k: string]: unknown;
  };
  /**
   * The task's seed.
   */
  seed?: number;
  /**
   * The task's hyperparameters, so that a result says what it is the result of.
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
 * The trained parameters, such as a safetensors file: where it is, or, where the task asks for it, the file itself. Big tensors never travel through the broker.
 */
export interface Location {
  /**
   * Where it is: a path relative to one of the worker's roots, or a URI.
   */
  uri?: string;
  /**
   * Instead of a uri: the bytes of the file in base64 (RFC 4648, padded, without line ends), 8 MiB at most before they are encoded. With sha256.
   */
  inline?: string;
  /**
   * What the bytes hash to, 64 hexadecimal digits. The worker fills it in for each file below its roots.
   */
  sha256?: string;
}
