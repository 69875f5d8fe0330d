// A run for a test: of a copy of the code, which may be broken on purpose.
import { copyCode, deleteCode, type Replacement } from './code.ts';
import type { ChaosOptions, ChaosReport } from './options.ts';
import { runChaos } from './run.ts';

type CopyOptions = Pick<ChaosOptions, 'broker' | 'topology' | 'tasks' | 'batch' | 'task_time'> &
  Pick<ChaosOptions, 'faults' | 'amqp_heartbeat' | 'quiet'>;

/** What a test waits for, short: longer than a retry queue of 1 s holds a task. */
export const short = { amqp_heartbeat: 1, quiet: 1_500 };

export async function runCopy(
  options: CopyOptions,
  replacements: readonly Replacement[] = [],
): Promise<ChaosReport> {
  const code = await copyCode(replacements);
  try {
    return await runChaos({
      ...{ ...options, code, seed: 7, workers: 3, concurrency: 16, prefetch: 100 },
      patience: 120_000,
      say: () => undefined,
    });
  } finally {
    await deleteCode(code);
  }
}
