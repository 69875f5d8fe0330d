// topo-harness work: takes tasks from a queue and has them trained.
import type { Ending, WorkEvent } from '../../harness/work/event.ts';
import { WorkLog } from '../../harness/work/log.ts';
import { startWorker, type WorkerOptions } from '../../harness/work/start.ts';
import { exit } from '../exit.ts';
import { exitOfSignal, signals, type Signal } from '../interrupt.ts';
import type { Terminal } from '../terminal.ts';
import { readHarness } from './read-harness.ts';
import {
  parseName,
  parseNumbers,
  type WorkFlags,
  parseMetrics,
  parseTrainer,
  trainerOptions,
} from './work-flags.ts';
import type { Handler } from '../../harness/handler.ts';

export async function work(queue: string, flags: WorkFlags, terminal: Terminal): Promise<number> {
  const { concurrency, ...numbers } = parseNumbers(flags);
  const name = parseName(flags);
  const { connection, roles } = await readHarness(flags, terminal);
  const { amqp: target, timeout } = connection;
  const log = new WorkLog(flags.logLevel, name);
  const handlers = await openTrainers(flags, concurrency, name, log);
  const metrics = await openMetrics(flags.metrics, log);
  const options: WorkerOptions = {
    roles,
    queue,
    pool: flags.pool === true,
    target,
    timeout,
    name,
    handlers,
    ...numbers,
    state: flags.state,
    onEvent: (event: WorkEvent) => {
      log.tell(event);
      metrics?.tell(event);
    },
    onStep: (step, task) => log.step(step, task),
  };
  try {
    const { ended, drain, handBack, leave } = await startWorker(options);
    const code = withStages(ended, [drain, handBack, leave]);
    log.info('working', { queue, concurrency, prefetch: numbers.prefetch });
    return await code;
  } finally {
    await metrics?.close();
  }
}

/**
 * Signals to a worker: the first drains, the second hands back, the third leaves, as do all after
 * it. Returns the exit code.
 */
async function withStages(
  ended: Promise<Ending>,
  stages: readonly [() => void, ...(() => void)[]],
): Promise<number> {
  let came = 0;
  let last: Signal = 'SIGTERM';
  const onSignal = (signal: Signal): void => {
    last = signal;
    const stage = stages[Math.min(came++, stages.length - 1)];
    stage?.();
  };
  for (const signal of signals) process.on(signal, onSignal);
  try {
    const ending = await ended;
    if (ending.kind === 'failed') throw ending.error;
    return ending.kind === 'drained' ? exit.done : exitOfSignal(last);
  } finally {
    for (const signal of signals) process.off(signal, onSignal);
  }
}

interface OpenMetrics {
  readonly tell: (event: WorkEvent) => void;
  readonly close: () => Promise<void>;
}

/** The port for Prometheus, if any: only then is prom-client loaded. */
async function openMetrics(
  flag: string | undefined,
  log: WorkLog,
): Promise<OpenMetrics | undefined> {
  if (flag === undefined) return undefined;
  const address = parseMetrics(flag);
  const { Metrics, serveMetrics } = await import('../../harness/work/metrics.ts');
  const metrics = new Metrics();
  const server = await serveMetrics(metrics, address);
  log.info('metrics', { address: `http://${server.address}/metrics` });
  return { tell: (event) => metrics.tell(event), close: () => server.close() };
}

/** The trainers that the flags name. Each kind is loaded only if it is asked for. */
async function openTrainers(
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
