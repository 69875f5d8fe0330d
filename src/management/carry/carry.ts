// Replaces a queue in use under its own name, and carries over what it holds through a parking
// queue. Every step can be done twice: what is on the broker tells where to go on.
import { setTimeout as sleep } from 'node:timers/promises';
import { NotCarried, NotReplaced, type Carried } from '../../reconcile/broker.ts';
import { addressOf } from '../../topology/identity.ts';
import type { Binding } from '../../topology/object.ts';
import { quote } from '../../topology/quote.ts';
import { rebuild } from '../rebuild.ts';
import { closeFans } from './conveyor.ts';
import { bringHome } from './home.ts';
import { look } from './look.ts';
import { withoutMajority } from './majority.ts';
import { parkAndReplace } from './park.ts';
import { isPassing } from './passing.ts';
import { Unseen } from '../stays.ts';
import { rehearse } from './rehearse.ts';
import { undo } from './undo.ts';
import { deleteIfUnused } from './unused.ts';
import { newTally, type Tally, type Work } from './work.ts';

/** Attempts, as a connection may be cut, or someone may delete the queue. */
const attempts = 3;

type Done = Carried & { readonly removed: readonly Binding[] };

export async function carryOver(work: Work): Promise<Done> {
  const tally = newTally();
  for (let attempt = 1; ; attempt++) {
    try {
      await goOn(work, tally);
      break;
    } catch (error) {
      if (error instanceof NotCarried) throw error;
      if (!isPassing(error) || attempt === attempts) throw await toHalfWay(work, tally, error);
      const apart = await withoutMajority(work);
      if (apart !== undefined) throw await toHalfWay(work, tally, apart);
      sayAgain(work, error as Error);
      await sleep(work.sources.waits.settling);
    }
  }
  if (tally.late !== undefined) throw tally.late;
  const { parked: messages, flipMilliseconds, removed } = tally;
  return { messages, flipMilliseconds, removed };
}

/** Says so at once: an attempt may take a minute. */
function sayAgain({ sources, before }: Work, error: Error): void {
  const what = `carrying over ${addressOf(before)}`;
  sources.waiting.say(Infinity, what, `${what} goes on once more: ${error.message}`);
}

async function goOn(work: Work, tally: Tally): Promise<void> {
  const { client, before, after, toDeclare } = work;
  await closeFans(work);
  const { queue, parking } = await look(work);
  tally.isParking ||= parking === 'there';
  try {
    const isUnused =
      parking === 'there' &&
      queue !== 'gone' &&
      (await deleteIfUnused(work, queue === 'before' ? work.parking : after));
    if (queue === 'before') await replace(work, tally);
    // They have gone with it: they were not removed one by one.
    if (queue === 'gone') work.returns.take(work.bindings);
    if (queue === 'gone' || (queue === 'after' && isUnused)) {
      const declared = toDeclare(after);
      await work.declareReplicated(declared);
      await rebuild(client.firm(), { before, after: declared, bindings: [] });
    }
  } catch (error) {
    if (isPassing(error)) throw error;
    const found = await look(work).catch((unseen: unknown) => {
      throw unseen instanceof Unseen ? error : unseen;
    });
    const isBegun = found.parking === 'there' || tally.flipped.length > 0;
    if (found.queue === 'before') throw isBegun ? await undo(work, tally, error) : error;
    if (found.queue === 'gone') throw error;
    tally.late = error as Error;
  }
  await bringHome(work, tally);
}

async function replace(work: Work, tally: Tally): Promise<void> {
  if (tally.undone !== undefined) throw tally.undone;
  await rehearse(work, tally);
  await parkAndReplace(work, tally);
}

/** What is parked waits for the next run. */
async function toHalfWay(work: Work, tally: Tally, error: unknown): Promise<unknown> {
  const { before, parking, bindings } = work;
  if (!(error instanceof Error) || error instanceof NotReplaced) return error;
  const found = await look(work).catch(() => undefined);
  if (found === undefined ? !tally.isParking : found.parking === 'gone') return error;
  const name = quote(parking.name);
  const why = error instanceof Unseen ? error.reason : error.message;
  const lost = bindings.map(
    (binding) => [addressOf(binding), `may lead to queue ${name}`] as const,
  );
  return new NotReplaced(
    `${addressOf(before)} is half-way, and its messages may be in queue ${name}: ${why}`,
    'run topo apply again: it goes on from there',
    new Map(lost),
  );
}
