// Generated from schema/job.schema.json by npm run generate.

/**
 * A path, a glob, an http: or https: URI, or one with its hash. Files lie below the coordinator's root, and below the workers'.
 */
export type Shard =
  | string
  | {
      /**
       * A path, or an http: or https: URI; no glob.
       */
      uri: string;
      /**
       * What the bytes hash to, 64 hexadecimal digits. Without it, they are read once to hash them.
       */
      sha256?: string;
    };
/**
 * The name of a number that the trainer reports of its trainings; a round has the mean over its shards, weighted by samples.
 */
export type Metric = string;

/**
 * A training job: what topo-harness train makes a model of, and how. Relative paths are below the folder of the job's file.
 */
export interface Job {
  /**
   * The version of this format.
   */
  version: 1;
  /**
   * Names the job; its runs are called after it. Letters, digits, dot, underscore and dash, at most 80.
   */
  name: string;
  /**
   * The parts of the data. A round trains on each of them once, whatever the number of workers. A glob's files come in the order of their names.
   *
   * @minItems 1
   */
  shards: [Shard, ...Shard[]];
  /**
   * Whom http: and https: shards may be fetched from to hash them, at public addresses: hosts with or without a port, addresses, networks. Internal addresses need train --allow-host; workers have a list of their own.
   */
  allow_hosts: string[];
  /**
   * The model to train.
   */
  model: {
    /**
     * A safetensors file below the root to start from. Without it, a trainer makes the first parameters from the seed.
     */
    parameters?: string;
    /**
     * Handed to every trainer as they stand; local_steps and evaluate are set by the coordinator.
     */
    hyperparameters: {
      [k: string]: unknown;
    };
  };
  /**
   * How many rounds to train. At the end of each, the results of its shards become one model.
   */
  rounds: number;
  /**
   * How many steps a trainer takes on its shard in a round before it reports.
   */
  local_steps: number;
  /**
   * How the mean of a round's results becomes the next round's model.
   */
  outer_optimizer: {
    /**
     * average: the mean is the next model. nesterov: the model moves towards the mean with Nesterov momentum, as in DiLoCo.
     */
    kind: "average" | "nesterov";
    /**
     * Of nesterov alone: how far a round moves the model.
     */
    learning_rate: number;
    /**
     * Of nesterov alone: how much of the last rounds' movement goes on.
     */
    momentum: number;
  };
  /**
   * What all random numbers of the run are made from: the same seed gives the same model.
   */
  seed: number;
  /**
   * When a round is complete.
   */
  completion: {
    /**
     * all, or the fraction of the shards that is enough. With less than all, the model depends on which results come first.
     */
    shards: "all" | number;
  };
  /**
   * What the result of a shard weighs in the mean. samples: as much as its samples, and one without is not valid. equal: all the same.
   */
  weight: "samples" | "equal";
  /**
   * Ends the run before its last round, once a metric of a round is good enough.
   */
  target?:
    | {
        metric: Metric;
        /**
         * The run ends where the metric is not above this.
         */
        at_most: number;
      }
    | {
        metric: Metric;
        /**
         * The run ends where the metric is not below this.
         */
        at_least: number;
      };
  /**
   * A shard that takes longer than this times the median is sent to another worker as well.
   */
  straggler_factor: number;
  /**
   * The time between heartbeats of the workers, as they were started with. Silent for three of them, a worker's shards go to others.
   */
  heartbeat: string;
  /**
   * So many failures of one shard in one round end the run.
   */
  max_failures: number;
  /**
   * Measures the model on data that it was not trained on.
   */
  evaluation?: {
    shard: Shard;
    /**
     * Rounds between evaluations; the last round is always evaluated.
     */
    every: number;
  };
  /**
   * How parameters travel between the coordinator and the workers.
   */
  store: {
    /**
     * shared: as files in a folder that all of them see. inline: within the messages, up to 8 MiB.
     */
    kind: "shared" | "inline";
  };
  /**
   * What the run's folder keeps of rounds that are closed.
   */
  checkpoints: {
    /**
     * The parameters of so many of the newest rounds are kept.
     */
    keep: number;
  };
}
