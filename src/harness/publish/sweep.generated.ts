// Generated from schema/sweep.schema.json by npm run generate.

export type Range =
  | [unknown, ...unknown[]]
  | {
      /**
       * The smallest.
       */
      min: number;
      /**
       * The largest.
       */
      max: number;
      /**
       * linear: all numbers are equally likely; log: all orders of magnitude are.
       */
      scale?: "linear" | "log";
      /**
       * Whether to draw only whole numbers.
       */
      integer?: boolean;
    };

/**
 * A sweep over hyperparameters: topo-harness publish --sweep makes one task for each point of the grid, each sample of the random ranges and each seed.
 */
export interface Sweep {
  /**
   * The version of this format.
   */
  version: 1;
  /**
   * Names the sweep: each of its tasks, and so each result, has it as the label sweep. It is also the seed of the random samples, so the same name draws the same ones. Letters, digits, dot, underscore and dash, at most 80.
   */
  name: string;
  /**
   * The fields that all tasks share: any but version, id and seed.
   */
  task: {
    [k: string]: unknown;
  };
  /**
   * Hyperparameters by name, each with its values: each combination is a point.
   */
  grid: {
    /**
     * @minItems 1
     */
    [k: string]: [unknown, ...unknown[]];
  };
  /**
   * Hyperparameters by name, each with a range or a list of values to draw samples from.
   */
  random: {
    [k: string]: Range;
  };
  /**
   * How many samples of the random ranges to draw for each point of the grid.
   */
  samples?: number;
  /**
   * The seeds of the tasks: each combination is trained once with each seed.
   *
   * @minItems 1
   */
  seeds: [number, ...number[]];
}
