// What a module's train function gets beside its task.
export interface Context {
  /** Aborted when the task was taken back. */
  readonly signal: AbortSignal;
  /** From 1. */
  readonly attempt: number;
  /** `fraction`: 0 to 1. */
  readonly onProgress: (progress: { fraction: number; metrics?: Record<string, number> }) => void;
  /**
   * Names a file for the task's parameters, such as outputPath('.safetensors'); makes its folder.
   */
  readonly outputPath: (suffix: string) => string;
}
