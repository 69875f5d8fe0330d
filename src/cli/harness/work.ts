// topo-harness work: takes tasks from a queue, and has them trained.
import type { Ending, WorkEvent } from '../../harness/work/event.ts';
import { WorkLog } from '../../harness/work/log.ts';
import { startWorker, type WorkerOptions } from '../../harness/work/start.ts';
import { exit } from '../exit.ts';
import type { Terminal } from '../terminal.ts';
import { openMetrics } from './open-metrics.ts';
import { openTrainers } from './open-trainers.ts';
import { readHarness } from './read-harness.ts';
import { withStages } from './signals.ts';
import { parseName, parseNumbers, type WorkFlags } from './work-flags.ts';

export async function work(queue: string, flags: WorkFlags, terminal: Terminal): Promise<number> {
  const { concurrency, ...numbers } = parseNumbers(flags);
  const name = parseName(flags);
  const { connection, roles } = await readHarness(flags, terminal);
  const { amqp: target, timeout } = connection;
  const log = new WorkLog(flags.logLevel, name);
  const handlers = await openTrainers(flags, concurrency, name, log);
  const metrics = await openMetrics(flags.metrics, log);
  const options: WorkerOptions = {
    ...{ roles, queue, pool: flags.pool === true, target, timeout, name, handlers },
    ...{ ...numbers, state: flags.state },
    onEvent: (event: WorkEvent) => {
      log.tell(event);
      metrics?.tell(event);
    },
    onStep: (step, task) => log.step(step, task),
  };
  try {
    const { ended, drain, handBack, leave } = await startWorker(options);
    log.info('working', { queue, concurrency, prefetch: numbers.prefetch });
    return exitOf(await withStages(ended, [drain, handBack, leave]));
  } finally {
    await metrics?.close();
  }
}

function exitOf(ending: Ending): number {
  if (ending.kind === 'failed') throw ending.error;
  return ending.kind === 'drained' ? exit.done : exit.interrupted;
}
