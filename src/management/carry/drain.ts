// Empties a queue that nothing is bound to any more, and replaces it: moves what is ready, and
// waits for its consumers to settle what they hold.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Depth } from '../../reconcile/broker.ts';
import { MessagesLost, renderHeld } from '../../reconcile/loss.ts';
import { addressOf } from '../../topology/identity.ts';
import { ExpectedError } from '../../topology/problem.ts';
import { deleteObject } from '../delete.ts';
import { readDepths } from '../depth.ts';
import { lookAt } from '../look.ts';
import { rebuild } from '../rebuild.ts';
import { replaceObject } from '../replace.ts';
import type { Replacement } from '../replacement.ts';
import { lookLast } from '../strangers.ts';
import { WouldLose } from '../would-lose.ts';
import type { Conveyor } from './conveyor.ts';
import { Deadline, lookInto } from './pace.ts';
import type { Work } from './work.ts';

/** Milliseconds between looks. */
const pause = 250;

/** The queue can't be emptied: says why, and what to do. */
class NotDrained extends ExpectedError {}

/** Returns what went wrong though it was replaced. Throws NotDrained, and what replacing throws. */
export async function drainAndReplace(work: Work, conveyor: Conveyor): Promise<Error | undefined> {
  const { waits } = work.sources;
  const unbound = performance.now();
  // RabbitMQ counts the messages of a quorum queue late.
  const late = work.before.type === 'quorum' ? waits.counts : 0;
  const end = new Deadline(work.drainTimeout + late);
  for (;;) {
    await untilEmpty(work, conveyor, end);
    await conveyor.stop();
    // What was on its way to the queue when it was unbound has come by then.
    await sleep(Math.max(0, unbound + waits.quiet - performance.now()));
    const replaced = await tryToReplace(work);
    if (replaced !== 'not empty') return replaced.late;
    if (end.isOver()) throw await toNotDrained(work);
  }
}

/** While topo itself moves what is left, consumers have their time still before them. */
async function untilEmpty(work: Work, conveyor: Conveyor, until: Deadline): Promise<void> {
  const patience = until.left;
  let end = new Deadline(patience);
  let least = Infinity;
  for (;;) {
    const { ready, consumers } = await lookInto(work.sources.amqp, work.before);
    if (ready < least && conveyor.underWay > 0) end = new Deadline(patience);
    least = Math.min(least, ready);
    if (ready > 0) await keepMoving(work, conveyor, consumers);
    const held = ready + conveyor.underWay > 0 ? undefined : await readHeld(work);
    if (held?.kind === 'known' && held.ready + held.unacked === 0) return;
    const isBlocked = await conveyor.isBlocked();
    until.isOver(isBlocked);
    if (end.isOver(isBlocked)) throw await toNotDrained(work, conveyor);
    await sleep(pause);
  }
}

/** The consumer that has the queue to itself drains it. */
async function keepMoving(work: Work, conveyor: Conveyor, consumers: number): Promise<void> {
  const { failure } = conveyor;
  if (failure?.kind === 'objected')
    throw new NotDrained(failure.error.reason, { hint: failure.error.hint });
  if (failure?.kind === 'other' || failure?.kind === 'full') throw failure.error;
  if (mayMove(work, consumers)) await conveyor.start();
}

/** A single active consumer would be given everything. */
export const mayMove = ({ before }: Work, consumers: number): boolean =>
  consumers === 0 || before.arguments.get('x-single-active-consumer') !== true;

async function readHeld({ sources, before }: Work): Promise<Depth | undefined> {
  return (await readDepths(sources, [before], 'read')).get(addressOf(before));
}

async function toNotDrained(work: Work, conveyor?: Conveyor): Promise<NotDrained> {
  const seconds = Math.round(work.drainTimeout / 1_000);
  const held = await readHeld(work);
  if (held?.kind !== 'known') return new NotDrained(held?.why ?? '', { hint: held?.hint });
  const { ready, unacked } = held;
  const is = `${renderHeld(ready, unacked)} ${ready + unacked === 1 ? 'is' : 'are'} still there after ${seconds} s`;
  if (conveyor?.failure?.kind === 'taken')
    return new NotDrained(`a consumer has the queue to itself, and ${is}`, {
      hint: hintTo('stop that consumer', work),
    });
  if (unacked > (conveyor?.underWay ?? 0))
    return new NotDrained(`${is}, held by its consumers`, {
      hint: hintTo('stop the consumers that hold them', work),
    });
  return new NotDrained(`${is}, because they come over the default exchange, or too fast`, {
    hint: `stop the programs that publish straight to the queue, or ${longer}`,
  });
}

const longer = 'give them longer: --drain-timeout';

/** An auto-delete queue would go with its last consumer, and all that this gives back. */
const hintTo = (stop: string, { before }: Work): string =>
  before.auto_delete ? longer : `${stop}, or ${longer}`;

type Replaced = 'not empty' | { readonly late: Error | undefined };

async function tryToReplace(work: Work): Promise<Replaced> {
  const { client, before, toDeclare, after, assertRecorded } = work;
  const replacement = {
    ...({ before, after: toDeclare(after), bindings: [], consent: 'disconnect' } as const),
    planned: { staying: [], deleted: [], declared: [] },
    assertRecorded,
  };
  try {
    await replace(work, replacement);
    return { late: undefined };
  } catch (error) {
    if (error instanceof WouldLose) return 'not empty';
    if ((await lookAt(client, after)) !== 'as declared') throw error;
    return { late: error as Error };
  }
}

async function replace(work: Work, replacement: Replacement): Promise<void> {
  const { client, sources, returns, before, cancelling } = work;
  if (cancelling === 0) {
    await replaceObject(client, sources, replacement, returns);
    return;
  }
  await lookLast(client, replacement);
  const lost = await deleteObject(client, sources, before, 'disconnect', 'replaced').then(
    () => undefined,
    ifLost,
  );
  await sleep(cancelling);
  await work.declareReplicated(work.toDeclare(work.after));
  await rebuild(client.firm(), replacement);
  if (lost !== undefined) throw lost;
}

/** By then the queue is deleted. */
function ifLost(error: unknown): MessagesLost {
  if (error instanceof MessagesLost) return error;
  throw error;
}
