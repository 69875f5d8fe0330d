// The trainers of a worker, as its flags name them. Each kind is loaded when it is asked for.
import type { Handler } from '../../harness/handler.ts';
import type { WorkLog } from '../../harness/work/log.ts';
import { parseTrainer, trainerOptions, type WorkFlags } from './work-flags.ts';

export async function openTrainers(
  flags: WorkFlags,
  concurrency: number,
  worker: string,
  log: WorkLog,
): Promise<Handler[]> {
  const open = await openerOf(flags, worker, log);
  return Array.from({ length: concurrency }, open);
}

async function openerOf(flags: WorkFlags, worker: string, log: WorkLog): Promise<() => Handler> {
  const trainer = parseTrainer(flags);
  const options = trainerOptions(flags, worker, log);
  switch (trainer.kind) {
    case 'exec': {
      const { openExecHandler } = await import('../../harness/trainers/exec/exec-handler.ts');
      return () => openExecHandler({ ...options, command: trainer.command });
    }
    case 'exec_per_task': {
      const { openPerTaskHandler } =
        await import('../../harness/trainers/exec/per-task-handler.ts');
      return () => openPerTaskHandler({ ...options, command: trainer.command });
    }
    default: {
      const { openModuleHandler } = await import('../../harness/trainers/module/module-handler.ts');
      return () => openModuleHandler({ ...options, module: trainer.module });
    }
  }
}
