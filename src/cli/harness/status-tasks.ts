// topo-harness status --tasks: shows how a batch of published tasks is going, as far as one can
// tell from outside.
import { setTimeout as wait } from 'node:timers/promises';
import { Batch, type BatchCount } from '../../harness/results/batch.ts';
import { readDone } from '../../harness/results/read-done.ts';
import { listen, type Depth, type Listener } from '../../harness/results/watch-batch.ts';
import { checkBroker } from '../../harness/messaging/check-broker.ts';
import { plural } from '../../topology/count.ts';
import { renderJson } from '../../topology/json.ts';
import type { Roles } from '../../topology/roles.ts';
import { exit } from '../exit.ts';
import type { Terminal } from '../terminal.ts';
import { exitOfTold } from '../told.ts';
import { renderBatch, type BatchView } from './batch-text.ts';
import { linkOptions } from './link-options.ts';
import { readHarness, type HarnessFlags } from './read-harness.ts';
import { readIds } from './task-ids.ts';
import { watch, type Shown } from './watch.ts';

export interface BatchFlags extends HarnessFlags {
  readonly ids: string;
  readonly results: readonly string[];
  readonly format: 'text' | 'json';
  readonly watch?: boolean;
}

/**
 * Milliseconds in which every worker reports what it trains: its heartbeat is a second by default.
 */
const hearing = 2_000;

export async function statusOfTasks(flags: BatchFlags, terminal: Terminal): Promise<number> {
  const batch = new Batch(await readIds(flags.ids));
  const { connection, roles } = await readHarness(flags, terminal);
  const link = { ...linkOptions(connection, 'status', terminal), vhost: roles.vhost };
  const { events } = roles;
  if (events !== undefined)
    await checkBroker(link.target, link, [{ kind: 'exchange', name: events }]);
  await takeIn(batch, flags);
  const listener = await listen(link, roles, (event) => batch.hear(event, Date.now()));
  try {
    if (events !== undefined) await wait(hearing);
    const look = async (): Promise<Shown> => show(await view(), flags, terminal);
    if (flags.watch === true)
      return await watch(terminal, { isDrawn: flags.format === 'text' }, look);
    terminal.print((await look()).text);
  } finally {
    await listener.close();
  }
  return exitOfTold(exit.done, terminal);

  async function view(): Promise<BatchView> {
    await takeIn(batch, flags);
    const queues = await depthsOf(listener);
    const tasks = batch.count(Date.now(), waitingIn(queues));
    return { tasks, queues, unknown: unknownOf(tasks, queues, roles, flags) };
  }
}

/** Each time afresh: they grow. */
async function takeIn(batch: Batch, { results }: BatchFlags): Promise<void> {
  for (const file of results) {
    for (const { id, time } of await readDone(file)) batch.noteTaken(id, time);
  }
}

const waitingIn = (queues: readonly Depth[]): number =>
  queues.find(({ role }) => role === 'results')?.messages ?? 0;

const depthsOf = async (listener: Listener): Promise<Depth[]> =>
  (await listener.depths()).filter(({ messages }) => messages !== 0);

function show(
  view: BatchView,
  { format, watch: isWatched }: BatchFlags,
  terminal: Terminal,
): Shown {
  const { total, done, failed } = view.tasks;
  const isLast = done + failed >= total;
  if (format === 'json') {
    return {
      text: renderJson({ version: 1, ...view }, isWatched === true ? undefined : 2),
      isLast,
    };
  }
  const { columns, rows } = process.stdout.isTTY
    ? process.stdout
    : { columns: 201, rows: Infinity };
  const lines = renderBatch(view, { columns: columns - 1, rows }, terminal.paint);
  return { text: lines.join('\n'), isLast };
}

/** What can't be seen from here, and what may be behind it. */
function unknownOf(
  { not_taken, not_heard_of, running, retried, rate }: BatchCount,
  queues: readonly Depth[],
  { events }: Roles,
  { results }: BatchFlags,
): string[] {
  const waiting = queues.some(({ role }) => ['worker', 'pool', 'retry'].includes(role));
  const isLost = not_heard_of > 0 && running + retried === 0 && !waiting;
  const some = plural(not_heard_of, 'task');
  const sentences: [boolean, string][] = [
    [
      results.length === 0,
      'which tasks were done before this began: no file of results is given (--results FILE, as topo-harness results --output FILE writes it)',
    ],
    [
      events === undefined,
      'who trains what, and what failed: the topology names no events exchange',
    ],
    [
      isLost,
      `what became of ${some}: no worker has them and no queue holds them; look through the dead letters (topo-harness dead list) and other files of results`,
    ],
    [
      not_taken > 0,
      `whether the ${plural(not_taken, 'result')} not taken yet are all of these tasks: topo-harness results --output FILE takes them, and --results FILE counts them`,
    ],
    [
      not_heard_of > 0 && !isLost,
      `where each of ${some} is: in a queue, or ended before this listened; queues don't tell which tasks they hold`,
    ],
    [rate === undefined, 'the rate: fewer than two results tell when they were done'],
  ];
  return sentences.flatMap(([isSo, sentence]) => (isSo ? [sentence] : []));
}
