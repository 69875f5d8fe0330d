// Starts the coordinator of a run: opens all that it needs, and closes it in reverse order.
import type { AmqpTarget } from '../../../connection/amqp-target.ts';
import { routingKeyTo, workerNamed, type Roles } from '../../../topology/roles.ts';
import type { LinkOptions, LinkState } from '../../messaging/link.ts';
import { taskMessage } from '../../messaging/message.ts';
import type { Fate } from '../../messaging/fate.ts';
import { Publisher } from '../../messaging/publisher.ts';
import type { OuterOptimizer } from '../../data/tensors/aggregate.ts';
import { sendersOfResults, signatureOf } from '../../messaging/users.ts';
import { Coordinator } from './coordinator.ts';
import type { Dispatch } from './coordinator-parts.ts';
import { countConsumers, takeBack } from './queues.ts';
import type { Ending, OnTrainStep } from './ending.ts';
import { openIntake } from './intake.ts';
import type { Ledger } from '../run/ledger.ts';
import { Others } from './others.ts';
import type { ParameterStore } from '../parameters/parameter-store.ts';
import type { Accepted, TimelineEntry } from '../model/records.ts';
import type { CoordinatorState } from '../core/reducer.ts';
import type { Course } from '../core/reducer-types.ts';
import type { ResultFiles } from '../run/result-files.ts';
import type { Resumed } from '../core/resume.ts';
import { taskOf, type TaskSettings } from './task.ts';
import type { Stored, Unit } from '../model/unit.ts';
import type { Weight } from './metrics.ts';
import { Words, type Given } from '../trust/words.ts';

export interface RunOptions {
  readonly roles: Roles;
  /** A queue, and an exchange, of these roles. */
  readonly results: string;
  readonly events: string;
  readonly target: AmqpTarget;
  /** Milliseconds that one attempt to connect may take. */
  readonly timeout: number;
  /**
   * Seconds of AMQP's own heartbeat, 5 unless given: a connection that fell silent is given up
   * within three of them.
   */
  readonly amqp_heartbeat?: number;
  readonly course: Course;
  readonly resumed: Resumed;
  readonly tasks: TaskSettings;
  readonly optimizer: OuterOptimizer;
  readonly weight: Weight;
  readonly ledger: Ledger;
  readonly store: ParameterStore;
  readonly files: ResultFiles;
  /** Folders: what workers name lies below one of them, and the store below the first. */
  readonly roots: readonly [string, ...string[]];
  /** The file for results of others that the queue has no room for. */
  readonly others: string;
  /** Whether a run no longer needs its results. */
  readonly isOver: (run: string) => Promise<boolean>;
  readonly save: (parameters: Stored) => Promise<void>;
  readonly prune: (state: CoordinatorState, parts: readonly Accepted[]) => Promise<void>;
  readonly onTimeline: (entry: TimelineEntry) => void;
  readonly onChange: (state: CoordinatorState, strangers: number) => void;
  readonly onWarning: (message: string) => void;
  readonly onStep?: OnTrainStep;
}

/** Tasks that wait for their confirms. */
const window = 1_000;

/**
 * Settles when the run has ended, or `stop` is aborted. Throws if the broker can't be reached at
 * the start, or another coordinator is there.
 */
export async function runCoordinator(options: RunOptions, stop: AbortSignal): Promise<Ending> {
  const { roles, target } = options;
  const user = signatureOf(roles, target.username);
  const publisher = await Publisher.open({ ...linkTo(options, 'publisher'), window, user });
  try {
    return await coordinate(options, publisher, stop);
  } finally {
    await publisher.close();
  }
}

async function coordinate(
  options: RunOptions,
  publisher: Publisher,
  stop: AbortSignal,
): Promise<Ending> {
  const { course, roles, results, events, onTimeline, onStep = () => undefined } = options;
  const words = new Words((unit, given) => render(unit, given, options));
  const others = new Others({
    path: options.others,
    most: options.tasks.store.prefetch / 2,
    isOver: options.isOver,
    onWarning: options.onWarning,
    drop: ({ task, run = '', parameters }) => options.files.drop(task, run, parameters),
  });
  let coordinator: Coordinator | undefined;
  // What comes before the core is there waits for it, unacked.
  const early: (() => void)[] = [];
  const whenReady = (act: (ready: Coordinator) => void): void => {
    if (coordinator) act(coordinator);
    else early.push(() => coordinator && act(coordinator));
  };
  const intake = await openIntake({
    ...linkTo(options, 'consumer'),
    results,
    events,
    prefetch: options.tasks.store.prefetch,
    onResult: (delivery) => whenReady((ready) => ready.onResult(delivery)),
    onEvent: (delivery) => whenReady((ready) => ready.onEvent(delivery)),
    onState: (state) => {
      noteConnection(state, onTimeline);
      if (state.kind === 'lost' || state.kind === 'connected')
        coordinator?.onConnection(state.kind === 'connected');
    },
  });
  try {
    await onStep('began', course.run);
    coordinator = new Coordinator({
      ...options,
      onStep,
      others,
      shards: course.shards,
      dispatch: (command) => dispatch(command, options, words, publisher),
      words,
      senders: sendersOfResults(roles),
      reaches: (queue) => roles.workers.has(queue) || roles.pool?.queue.name === queue,
      consumersOf: (queue) => countConsumers(options.target, linkTo(options, 'count'), queue),
      takeBack: (queue, units) =>
        takeBack(options.target, linkTo(options, 'take back'), { queue, units }),
    });
    for (const act of early) act();
    const interrupt = (): void => coordinator?.interrupt();
    stop.addEventListener('abort', interrupt);
    if (stop.aborted) interrupt();
    onTimeline({
      at: Date.now(),
      kind: 'coordinator',
      state: options.resumed.isAgain ? 'resumed' : 'began',
    });
    const ending = await coordinator.ended;
    stop.removeEventListener('abort', interrupt);
    onTimeline({ at: Date.now(), kind: 'coordinator', state: 'ended' });
    return ending;
  } finally {
    await intake.close();
    await others.close();
  }
}

async function render(
  unit: Unit,
  { parameters: stored, rejected }: Given,
  options: RunOptions,
): Promise<Buffer> {
  const { resumed, tasks, files, store: models, roots } = options;
  const parameters = stored && (await tasks.store.locationOf(stored, models, roots[0]));
  const folder = unit.kind === 'evaluate' ? undefined : files.uriOf(unit);
  const { went_back } = resumed;
  return Buffer.from(
    JSON.stringify(taskOf(unit, { parameters, folder, rejected, went_back }, tasks)),
  );
}

async function dispatch(
  { unit, queue, ...given }: Dispatch,
  { roles, results }: RunOptions,
  words: Words,
  publisher: Publisher,
): Promise<Fate> {
  const content = await words.send(unit, given);
  const routing_key = routingKeyTo(workerNamed(roles, queue));
  const route = { exchange: roles.tasks, routing_key, attempt: 1, reply_to: results };
  return publisher.publish(taskMessage(unit.id, content, route));
}

function noteConnection(state: LinkState, onTimeline: (entry: TimelineEntry) => void): void {
  const at = Date.now();
  if (state.kind === 'lost') onTimeline({ at, kind: 'coordinator', state: 'disconnected' });
  if (state.kind === 'connected' && state.generation > 1)
    onTimeline({ at, kind: 'coordinator', state: 'connected' });
}

const linkTo = (
  { target, timeout, amqp_heartbeat = 5, roles, course }: RunOptions,
  of: 'publisher' | 'consumer' | 'take back' | 'count',
): LinkOptions => ({
  target,
  timeout,
  vhost: roles.vhost,
  heartbeat: amqp_heartbeat,
  name: `topo-harness train ${course.run} (${of})`,
});
