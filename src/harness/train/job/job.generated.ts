// Generated from schema/job.schema.json by npm run generate.

/**
 * A path, a glob, an http: or https: URI, or one with its hash. Files are below the root of the coordinator and of the workers.
 */
export type Shard =
  | string
  | {
      /**
       * A path, or an http: or https: URI; no glob.
       */
      uri: string;
      /**
       * The hash of the bytes, 64 hexadecimal digits. Without it, the coordinator reads them once to hash them.
       */
      sha256?: string;
    };
/**
 * The name of a number that trainers report; a round has the mean of its shards, weighted by samples.
 */
export type Metric = string;

/**
 * A training job: the data and the settings with which topo-harness train makes a model. Relative paths start at the folder of the job's file.
 */
export interface Job {
  /**
   * The version of this format.
   */
  version: 1;
  /**
   * Names the job and its runs. Letters, digits, dot, underscore and dash, at most 80.
   */
  name: string;
  /**
   * The parts of the data. A round trains on each of them once, whatever the number of workers. A glob's files come in the order of their names.
   *
   * @minItems 1
   */
  shards: [Shard, ...Shard[]];
  /**
   * The hosts from which the coordinator may fetch http: and https: shards to hash them, at public addresses: hosts with or without a port, addresses, networks. Internal addresses need train --allow-host; workers have their own list.
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
     * Passed to each trainer unchanged; the coordinator sets local_steps and evaluate.
     */
    hyperparameters: {
      [k: string]: unknown;
    };
  };
  /**
   * How many rounds to train. Each ends by merging the results of its shards into one model.
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
     * Only for nesterov: how far a round moves the model.
     */
    learning_rate: number;
    /**
     * Only for nesterov: how much of the last rounds' movement continues.
     */
    momentum: number;
  };
  /**
   * The seed of all random numbers of the run: the same seed gives the same model.
   */
  seed: number;
  /**
   * When a round is complete.
   */
  completion: {
    /**
     * all, or the fraction of the shards that suffices. With less than all, the model depends on which results arrive first.
     */
    shards: "all" | number;
  };
  /**
   * The weight of a shard's result in the mean. samples: its number of samples, which every result must then have. equal: the same for all.
   */
  weight: "samples" | "equal";
  /**
   * Ends the run early, once a metric of a round is good enough.
   */
  target?:
    | {
        metric: Metric;
        /**
         * The run ends once the metric is at most this.
         */
        at_most: number;
      }
    | {
        metric: Metric;
        /**
         * The run ends once the metric is at least this.
         */
        at_least: number;
      };
  /**
   * A shard that takes longer than this times the median also goes to another worker.
   */
  straggler_factor: number;
  /**
   * The time between the workers' heartbeats, as set when they start. After three missing heartbeats, a worker's shards go to others.
   */
  heartbeat: string;
  /**
   * This many failures of one shard in one round end the run.
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
     * shared: as files in a folder that all of them see. inline: inside the messages, up to 8 MiB.
     */
    kind: "shared" | "inline";
  };
  /**
   * What the run's folder keeps of closed rounds.
   */
  checkpoints: {
    /**
     * How many of the newest rounds keep their parameters.
     */
    keep: number;
  };
}
