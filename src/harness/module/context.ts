// What a module's train knows beside its task.
export interface Context {
  /** Aborted when the task was taken back. */
  readonly signal: AbortSignal;
  /** From 1. */
  readonly attempt: number;
  /** `fraction`: 0 to 1. */
  readonly onProgress: (progress: { fraction: number; metrics?: Record<string, number> }) => void;
  /** A file of this task's own in the folder of its results, such as outputPath('.safetensors'); its folder is made. */
  readonly outputPath: (suffix: string) => string;
}
