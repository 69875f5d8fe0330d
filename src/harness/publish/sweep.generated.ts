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
       * linear: all numbers alike; log: all orders of magnitude alike.
       */
      scale?: "linear" | "log";
      /**
       * Whether only whole numbers are drawn.
       */
      integer?: boolean;
    };

/**
 * A sweep over hyperparameters: what topo-harness publish --sweep makes tasks of, one for each point of the grid, each sample of the random ranges and each seed.
 */
export interface Sweep {
  /**
   * The version of this format.
   */
  version: 1;
  /**
   * Names the sweep: each of its tasks, and so each result, has it as the label sweep. The random samples are drawn from it, so the same name draws the same. Letters, digits, dot, underscore and dash, at most 80.
   */
  name: string;
  /**
   * What all tasks have in common: the fields of a task but version, id and seed.
   */
  task: {
    [k: string]: unknown;
  };
  /**
   * Hyperparameters by name, each with its values: every combination of them is a point.
   */
  grid: {
    /**
     * @minItems 1
     */
    [k: string]: [unknown, ...unknown[]];
  };
  /**
   * Hyperparameters by name, each with a range, or a list of values, that samples are drawn from.
   */
  random: {
    [k: string]: Range;
  };
  /**
   * How many samples of the random ranges are drawn for each point of the grid.
   */
  samples?: number;
  /**
   * The seeds of the tasks: each combination is trained once with each of them.
   *
   * @minItems 1
   */
  seeds: [number, ...number[]];
}
