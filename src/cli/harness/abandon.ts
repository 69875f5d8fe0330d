// topo-harness abandon: gives up a run, and removes what belongs to it from the broker and the
// disk.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  abandonFolder,
  dropFromQueues,
  type DroppedFrom,
} from '../../harness/train/shell/abandon.ts';
import { listRuns } from '../../harness/train/run/list-runs.ts';
import { checkRunId } from '../../harness/train/model/run-id.ts';
import { isUnitOf } from '../../harness/train/model/unit.ts';
import { signatureOf } from '../../harness/messaging/users.ts';
import { escape } from '../../report/escape.ts';
import { plural } from '../../topology/count.ts';
import { nearest } from '../../topology/did-you-mean.ts';
import { ExpectedError } from '../../topology/problem.ts';
import type { Roles } from '../../topology/roles.ts';
import { exit } from '../exit.ts';
import { withInterrupts } from '../interrupt.ts';
import type { Terminal } from '../terminal.ts';
import { exitOfTold } from '../told.ts';
import { limitOf } from './delivery-limit.ts';
import { namingHolder } from './holder.ts';
import { linkOptions } from './link-options.ts';
import { withDead, type DeadFlags } from './open-dead.ts';
import { readHarness, type Harness } from './read-harness.ts';

export interface AbandonFlags extends DeadFlags {
  readonly runs: string;
  readonly yes?: boolean;
}

export async function abandon(
  run: string,
  flags: AbandonFlags,
  terminal: Terminal,
): Promise<number> {
  checkRunId(run);
  const path = join(flags.runs, run);
  const isThere = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  const harness = await readHarness(flags, terminal);
  if (!(await agree(run, flags, terminal))) return exit.refused;
  let dropped: Dropped = { messages: 0, letters: 0, left: [] };
  const clean = async (): Promise<void> => {
    dropped = await dropAll(run, harness, flags, terminal);
  };
  const onFault = (error: unknown): void => {
    const why = error instanceof Error ? error.message : String(error);
    terminal.complain(`warning: ${escape(why)}`);
  };
  await namingHolder(harness.connection, harness.roles.vhost, () =>
    isThere ? abandonFolder(path, run, { clean, onFault }) : clean(),
  );
  const { messages, letters, left } = dropped;
  // Its folder may be on another machine, or gone.
  if (!isThere && messages + letters === 0) throw await unknownRun(run, flags.runs);
  for (const { queue, reason = '' } of left) {
    terminal.complain(`warning: queue ${escape(queue)} was not looked through: ${escape(reason)}`);
  }
  const letter = plural(letters, 'dead letter');
  terminal.print(`Abandoned: ${run}, ${plural(messages, 'message')} and ${letter} dropped`);
  return exitOfTold(left.length === 0 ? exit.done : exit.partial, terminal);
}

interface Dropped {
  readonly messages: number;
  readonly letters: number;
  /** Queues that could not be searched. */
  readonly left: readonly DroppedFrom[];
}

async function dropAll(
  run: string,
  { connection, desired, roles }: Harness,
  flags: AbandonFlags,
  terminal: Terminal,
): Promise<Dropped> {
  const { vhost, results } = roles;
  const link = { ...linkOptions(connection, 'abandon', terminal), vhost };
  const user = signatureOf(roles, connection.amqp.username);
  const queues = queuesOf(roles).map((queue) => ({
    queue,
    user,
    limit: limitOf(desired, vhost, queue),
  }));
  const from = await dropFromQueues(link, run, { queues, results });
  return {
    messages: from.reduce((sum, { messages = 0 }) => sum + messages, 0),
    letters: await withDead(flags, terminal, async ({ letters }) => {
      let count = 0;
      for await (const { letter, remove, spare } of letters.held()) {
        if (isUnitOf(run, letter.id)) {
          await remove();
          count++;
        } else await spare();
      }
      return count;
    }),
    left: from.filter(({ messages }) => messages === undefined),
  };
}

/** Those that wait to be tried again come first: they go to a worker's queue from there. */
const queuesOf = ({ retries, pool, workers, results }: Roles): string[] => [
  ...retries.map(({ queue }) => queue),
  ...(pool === undefined ? [] : [pool.queue.name]),
  ...workers.keys(),
  ...(results === undefined ? [] : [results]),
];

async function agree(run: string, { yes }: AbandonFlags, terminal: Terminal): Promise<boolean> {
  if (yes === true) return true;
  const question = `Give run ${run} up? It can't be resumed then. [y/N] `;
  const notice = (line: string) => terminal.complain(line);
  const answer = await withInterrupts(({ stop }) => terminal.ask(question, stop), {
    graceful: false,
    notice,
  });
  if (answer === undefined) terminal.complain('without a terminal, abandon needs --yes');
  return /^y(es)?$/i.test(answer ?? '');
}

async function unknownRun(run: string, runs: string): Promise<ExpectedError> {
  const known = (await listRuns(runs)).map((one) => one.run);
  const meant = nearest(run, known);
  const hint = meant === undefined ? '--runs DIR looks elsewhere' : `did you mean ${meant}?`;
  const message = `there is no run ${run} in ${escape(runs)}, and nothing of it on the broker`;
  return new ExpectedError(message, { hint });
}
