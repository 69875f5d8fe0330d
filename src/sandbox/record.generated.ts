// Generated from schema/sandbox.schema.json by npm run generate.

export type Port = number;

/**
 * What topo remembers of a sandbox between commands. Its folder, its name and its container follow from where the record is.
 */
export interface Remembered {
  /**
   * Missing in records of a time when sandboxes of one name shared a node's name. The name itself follows from the folder.
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
 * A start that is empty stands for a process that had ended before it could be asked for.
 */
export interface Process {
  pid: number;
  since: string;
}
export interface Docker {
  kind: "docker";
  container: string;
}
