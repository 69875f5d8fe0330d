// Starts a worker: checks, opens all that it needs, and closes it in reverse order.
import type { AmqpTarget } from '../../connection/amqp-target.ts';
import { onDisk } from '../../disk/disk-error.ts';
import { workerNamed, type Roles } from '../../topology/roles.ts';
import { Consumer, type Delivery } from '../messaging/consumer.ts';
import type { Handler } from '../handler.ts';
import type { LinkOptions, LinkState } from '../messaging/link.ts';
import { Publisher } from '../messaging/publisher.ts';
import { checkUser, sendersOfResults, sendersOfTasks, signatureOf } from '../messaging/users.ts';
import { Announcer } from './announcer.ts';
import { AppendLog } from '../../disk/append-log.ts';
import { usualBackoff, type Backoff } from './backoff.ts';
import { checkBroker, neededBy } from '../messaging/check-broker.ts';
import { consumerTimeoutWarning } from './consumer-timeout.ts';
import type { Ending, OnStep, WorkEvent } from './event.ts';
import { KeptResults } from './kept-results.ts';
import { Settler } from './settler.ts';
import { takeStateFolder } from './state-folder.ts';
import { Trainers } from './trainers.ts';
import { makeStops, Worker } from './worker.ts';

export interface WorkerOptions {
  readonly roles: Roles;
  readonly queue: string;
  /** Whether it takes from the pool, too. */
  readonly pool: boolean;
  readonly target: AmqpTarget;
  /** Milliseconds that one attempt to connect may take. */
  readonly timeout: number;
  /** What results, logs and the broker's list of connections call it. */
  readonly name: string;
  /** One for each task that is trained at the same time. */
  readonly handlers: readonly Handler[];
  /** The most deliveries at once, from each queue: those beyond the handlers wait here. */
  readonly prefetch: number;
  readonly max_attempts: number;
  /** Milliseconds. */
  readonly max_task: number;
  /** The folder that it remembers in. */
  readonly state: string;
  /** Milliseconds between heartbeats on the events exchange. */
  readonly heartbeat: number;
  /**
   * Seconds of AMQP's own heartbeat, 5 unless given: a connection that fell silent is given up
   * within three of them.
   */
  readonly amqp_heartbeat?: number;
  /** Before what failed, or what the broker refused, is published again. */
  readonly backoff?: Backoff;
  readonly onEvent: (event: WorkEvent) => void;
  readonly onStep?: OnStep;
}

export interface RunningWorker {
  /** Settles when all is closed. Never rejects. */
  readonly ended: Promise<Ending>;
  /** How many tasks are being trained. */
  readonly busy: number;
  readonly drain: () => void;
  readonly handBack: () => void;
  readonly leave: () => void;
}

/** Results that wait for their confirms: there are never more than deliveries. */
const window = 65_535;

type Close = () => unknown;

/**
 * Throws where the queue, the broker, the state folder or a trainer isn't as it must be; nothing is
 * consumed then.
 */
export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  const closers: Close[] = [];
  const closeAll = async (): Promise<void> => {
    for (const close of closers.reverse()) await close();
  };
  try {
    return await start(options, closers, closeAll);
  } catch (error) {
    await closeAll();
    throw error;
  }
}

async function start(
  options: WorkerOptions,
  closers: Close[],
  closeAll: () => Promise<void>,
): Promise<RunningWorker> {
  const { roles, queue, backoff = usualBackoff, onStep = () => undefined } = options;
  const announcers: Announcer[] = [];
  const onEvent = (event: WorkEvent): void => {
    options.onEvent(event);
    for (const announcer of announcers) announcer.tell(event);
  };
  const role = workerNamed(roles, queue);
  checkUser(options.target.username, sendersOfResults(roles), 'results');
  const pool =
    options.pool && roles.pool?.queue.name !== queue ? roles.pool?.queue.name : undefined;
  const queues = [queue, ...(pool === undefined ? [] : [pool])];
  const link = linkTo({ ...options, onEvent });
  await checkBroker(options.target, link('check'), neededBy(roles, queues));
  const warning = consumerTimeoutWarning(role.queue, options.max_task);
  if (warning) onEvent({ kind: 'warning', ...warning });

  const state = await takeStateFolder(options.state, { vhost: roles.vhost, queue });
  closers.push(() => state.release());
  const kept = await onDisk(state.kept, () => KeptResults.open(state.kept));
  closers.push(() => kept.close());
  const resultFile =
    roles.results === undefined
      ? await onDisk(state.results, () => AppendLog.open(state.results, { sync: true }))
      : undefined;
  closers.push(async () => resultFile?.close());
  const trainers = await Trainers.start(options.handlers);
  closers.push(() => trainers.stop());
  const user = signatureOf(roles, options.target.username);
  const publisher = await Publisher.open({ ...link('publisher'), window, user });
  closers.push(() => publisher.close());

  const stops = makeStops();
  const settler = new Settler({
    roles,
    publisher,
    resultFile,
    onStep,
    onEvent,
    deadFolder: state.dead,
    worker: options.name,
    max_attempts: options.max_attempts,
    backoff,
    draining: stops.draining.signal,
    leaving: stops.leaving.signal,
  });
  const worker = new Worker(
    { ...options, pool, onStep, onEvent, senders: sendersOfTasks(roles) },
    { kept, trainers, settler },
    stops,
  );
  const onDelivery = (delivery: Delivery) => worker.onDelivery(delivery);
  const consumer = await Consumer.open({
    ...link('consumer'),
    queues,
    prefetch: options.prefetch,
    onDelivery,
    onCancelled: (name) => onEvent({ kind: 'cancelled', queue: name }),
  });
  worker.attach(consumer);
  closers.push(() => consumer.close());
  const announcer = new Announcer({
    ...options,
    concurrency: options.handlers.length,
    publisher,
    worker,
  });
  announcers.push(announcer);
  closers.push(() => announcer.close());
  return running(worker, trainers, consumer, closeAll);
}

function running(
  worker: Worker,
  trainers: Trainers,
  consumer: Consumer,
  closeAll: () => Promise<void>,
): RunningWorker {
  const ended = worker.ended.then(async (ending) => {
    if (ending.kind === 'left') consumer.abandon();
    else await closeAll();
    return ending;
  });
  return {
    ended,
    get busy() {
      return trainers.busy;
    },
    drain: () => worker.drain(),
    handBack: () => worker.handBack(),
    leave: () => worker.leave(),
  };
}

/** The options of a connection of this worker. */
function linkTo({ target, roles, timeout, amqp_heartbeat = 5, name, onEvent }: WorkerOptions) {
  return (of: 'consumer' | 'publisher' | 'check'): LinkOptions => ({
    target,
    timeout,
    vhost: roles.vhost,
    heartbeat: amqp_heartbeat,
    name: `topo-harness work ${name} (${of})`,
    onState: (state: LinkState) => {
      if (of !== 'check') onEvent({ kind: 'connection', of, state });
    },
  });
}
