// Says where shards may come from, and how long they may be.

export interface ShardSettings {
  /**
   * Folders; what a task names must lie below one of them. Relative ones are below the working
   * folder.
   */
  readonly roots: readonly string[];
  /**
   * HOST, HOST:PORT, an address or a network such as 10.0.0.0/8: the only ones that http: and
   * https: may reach.
   */
  readonly allowedHosts: readonly string[];
  /** The same, but less trusted: they open public addresses only. */
  readonly publicHosts?: readonly string[];
  /** The folder that downloads are kept in; made if it is missing. */
  readonly cache: string;
  /** The longest download, in bytes. */
  readonly maxBytes: number;
  /** How long one download may take, in milliseconds. */
  readonly timeoutMs: number;
}

export const shardDefaults = {
  roots: ['.'],
  allowedHosts: [],
  maxBytes: 16 * 2 ** 30,
  timeoutMs: 10 * 60_000,
} as const;
