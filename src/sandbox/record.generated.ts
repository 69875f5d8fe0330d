// Generated from schema/sandbox.schema.json by npm run generate.

export type Port = number;

/**
 * What topo remembers about a sandbox between commands. Its folder, name and container follow from the place of the record.
 */
export interface Remembered {
  /**
   * Missing in old records, when sandboxes with the same name shared a node's name. The name itself follows from the folder.
   */
  nodeName?: string;
  ports: {
    amqp: Port;
    management: Port;
    dist: Port;
    epmd: Port;
  };
  runner: Local | Docker;
  desired: "running" | "stopped";
}
export interface Local {
  kind: "local";
  node: Process;
  epmd: Process;
}
/**
 * An empty start means that the process ended before topo could ask for it.
 */
export interface Process {
  pid: number;
  since: string;
}
export interface Docker {
  kind: "docker";
  container: string;
}
