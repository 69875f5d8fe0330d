// Generated from schema/task.schema.json by npm run generate.

/**
 * A training task, in the body of an AMQP message of type topo.task.v1.
 */
export interface Task {
  /**
   * The version of this format.
   */
  version: 1;
  /**
   * Identifies the task; also the message id. A second task with the same id is the same task, and counts once.
   */
  id: string;
  /**
   * The training run that the task belongs to.
   */
  run?: string;
  /**
   * The round of that run, from 0.
   */
  round?: number;
  shard?: Location;
  parameters?: ParametersLocation;
  /**
   * How the trained parameters come back: as the location of a file, or as the file itself inside the result, of at most 8 MiB.
   */
  return_parameters?: "location" | "inline";
  /**
   * The folder for the files of this task's results. For each training the worker makes a new folder in it and passes the path to the trainer.
   */
  results?: {
    /**
     * A path below one of the worker's roots, ending in results/NAME; the folder results exists.
     */
    uri: string;
  };
  /**
   * The trainer's settings: learning rate, batch size, local steps. Any JSON object.
   */
  hyperparameters?: {
    [k: string]: unknown;
  };
  /**
   * The seed of the trainer's random numbers, so that a second training gives the same result.
   */
  seed?: number;
  /**
   * Names and texts of your own, copied to the result.
   */
  labels?: {
    [k: string]: string;
  };
}
/**
 * The part of the data to train on.
 */
export interface Location {
  /**
   * A path below one of the worker's roots, a file: URI, or an https: URI that the worker allows.
   */
  uri: string;
  /**
   * The expected hash of the bytes, 64 hexadecimal digits.
   */
  sha256?: string;
}
/**
 * The model's parameters to start from, such as a safetensors file: its location, or, if it is small, the file itself.
 */
export interface ParametersLocation {
  /**
   * A path below one of the worker's roots, a file: URI, or an https: URI that the worker allows.
   */
  uri?: string;
  /**
   * Instead of a uri: the bytes of the file in base64 (RFC 4648, padded, without line ends), at most 8 MiB before encoding. Needs sha256.
   */
  inline?: string;
  /**
   * The expected hash of the bytes, 64 hexadecimal digits.
   */
  sha256?: string;
}
