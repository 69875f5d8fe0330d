// Generated from schema/task.schema.json by npm run generate.

/**
 * A training task, as it travels in the body of an AMQP message of type topo.task.v1.
 */
export interface Task {
  /**
   * The version of this format.
   */
  version: 1;
  /**
   * Names the task wherever it goes; also the message id. A second task of the same id is the same task, and counts once.
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
   * How the trained parameters come back: as the location of a file, or as the file itself within the result, which may have 8 MiB at most.
   */
  return_parameters?: "location" | "inline";
  /**
   * The folder that is handed out for the files of this task's results. The worker makes a new folder in it for each training, and tells its path to the trainer.
   */
  results?: {
    /**
     * A path below one of the worker's roots, which ends in results/NAME; the folder results is there.
     */
    uri: string;
  };
  /**
   * What the trainer is told: learning rate, batch size, local steps. Any JSON object.
   */
  hyperparameters?: {
    [k: string]: unknown;
  };
  /**
   * The seed of the trainer's random numbers, so that a second training gives the same result.
   */
  seed?: number;
  /**
   * Names and texts of your own, handed on to the result.
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
   * What the bytes must hash to, 64 hexadecimal digits.
   */
  sha256?: string;
}
/**
 * The model's parameters to start from, such as a safetensors file: where it is, or, if it is small, the file itself.
 */
export interface ParametersLocation {
  /**
   * A path below one of the worker's roots, a file: URI, or an https: URI that the worker allows.
   */
  uri?: string;
  /**
   * Instead of a uri: the bytes of the file in base64 (RFC 4648, padded, without line ends), 8 MiB at most before they are encoded. Needs sha256.
   */
  inline?: string;
  /**
   * What the bytes must hash to, 64 hexadecimal digits.
   */
  sha256?: string;
}
