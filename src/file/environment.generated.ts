// Generated from schema/environment.schema.json by npm run generate.

/**
 * What is different about a topology in one environment, such as production: environments/NAME.yaml, for --environment NAME.
 */
export interface EnvironmentFile {
  /**
   * Values for variables that the topology files declare. TOPO_VAR_name, --var-file and --var override them.
   */
  variables?: {
    /**
     * A string, a number, a boolean or null.
     */
    [k: string]: string | number | boolean | null;
  };
  /**
   * The environment variable that holds the broker's URL: RABBITMQ_ENDPOINT, or a name that begins with RABBITMQ_ENDPOINT_. Never the URL itself.
   */
  endpoint_env?: string;
  /**
   * The broker that the environment is. topo refuses to plan for any other.
   */
  expect?: {
    /**
     * The broker's cluster name, exactly as spelled.
     */
    cluster_name?: string;
    /**
     * The oldest version of RabbitMQ that will do.
     */
    min_version?: string;
    /**
     * The vhosts that the files may write, exactly as spelled; all must exist.
     *
     * @minItems 1
     *
     * Items: The name of a virtual host.
     */
    vhosts?: [string, ...string[]];
  };
  /**
   * More topology files, only for this environment. Paths are relative to this file, and stay in the folder of the first topology file.
   *
   * Items: The path of a topology file.
   */
  files?: string[];
  /**
   * Fields of declared objects that are different, by the sections of a topology file. An entry names its object as the files do. Maps are merged key by key, null removes a field, all else replaces it.
   */
  overlays?: {
    /**
     * One entry for each object, or for each row of its for_each.
     *
     * Items: The object's name, and the fields that are different.
     */
    [k: string]: {
      [k: string]: unknown;
    }[];
  };
}
