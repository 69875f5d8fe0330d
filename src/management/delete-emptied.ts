// Deletes a queue that is unbound first: once it is empty and stays so. Else it is bound again.
import { setTimeout as sleep } from 'node:timers/promises';
import { Forbidden, NotReplaced, type Depth, type Emptying } from '../reconcile/broker.ts';
import { MessagesLost, renderHeld, type Loss } from '../reconcile/loss.ts';
import { forEachParallel } from '../reconcile/parallel.ts';
import { addressOf } from '../topology/identity.ts';
import type { LiveBinding } from '../topology/live.ts';
import type { Queue } from '../topology/object.ts';
import { quote } from '../topology/quote.ts';
import { looksOf, readAttached } from './attached.ts';
import type { Client } from './client.ts';
import { deleteBinding, deleteObject } from './delete.ts';
import { readDepths, type DepthSources } from './depth.ts';
import { assertAsPlanned } from './look.ts';
import { putBack, toIncomplete } from './rebuild.ts';
import type { CarefulConsent } from './receipt.ts';
import { assertAllPlanned } from './strangers.ts';
import { WouldLose } from './would-lose.ts';

/** Each unbinding makes RabbitMQ's routing pause. */
const pace = 8;
/** Milliseconds between looks. */
const pause = 500;

interface Work {
  readonly client: Client;
  readonly sources: DepthSources;
  readonly queue: Queue;
  readonly consent: CarefulConsent;
  readonly emptying: Emptying;
  /** Throws if the broker refuses the record. */
  readonly assertRecorded: () => Promise<void>;
  /** Moves what is ready into the queue that takes over; returns how many messages. */
  readonly move: (into: string, held: Depth | undefined) => Promise<number>;
}

export async function deleteEmptied(work: Work): Promise<Loss | undefined> {
  const { client, queue } = work;
  if (!(await assertAsPlanned(client, queue))) return undefined;
  const bound = await lookBeforehand(work);
  await work.assertRecorded();
  try {
    await forEachParallel(bound, pace, (binding) => deleteBinding(client, binding));
    return await deleteOnceEmpty(work);
  } catch (error) {
    if (error instanceof MessagesLost) throw error;
    throw work.emptying.into === undefined
      ? await boundAgain(client, bound, error as Error)
      : leftUnbound(queue, work.emptying.into, error as Error);
  }
}

/** What is still bound of what the plan takes off. Throws Outdated if more is bound. */
async function lookBeforehand({ client, queue, emptying }: Work): Promise<LiveBinding[]> {
  const attached = await readAttached(client, queue);
  const planned = { staying: [], deleted: emptying.known, declared: [] };
  assertAllPlanned({ before: queue, planned }, attached);
  const taken = new Set(emptying.bindings.map(looksOf));
  return [...attached].flatMap(([looks, all]) => (taken.has(looks) ? all : []));
}

async function deleteOnceEmpty(work: Work): Promise<Loss | undefined> {
  const { sources, queue, emptying } = work;
  const { timeout, stop } = emptying;
  const unbound = performance.now();
  if (timeout > 0) tellOf(work);
  // RabbitMQ counts the messages of a quorum queue late.
  const late = queue.type === 'quorum' && timeout > 0 ? sources.waits.counts : 0;
  let end = unbound + timeout + late;
  for (;;) {
    if (stop.aborted) throw stop.reason as Error;
    const held = timeout > 0 ? await readHeld(work) : nothing;
    if (isNothing(held)) {
      // What was on its way to the queue when it was unbound has come by then.
      await sleep(Math.max(0, unbound + sources.waits.quiet - performance.now()));
      const deleted = await tryToDelete(work, timeout > 0 && performance.now() < end);
      if (deleted !== 'not empty') return deleted.loss;
    } else if (await movesOn(work, held)) end = performance.now() + timeout + late;
    else if (performance.now() > end) throw new NotEmptied(queue, held, timeout);
    else await sleep(pause);
  }
}

const nothing: Depth = { kind: 'known', ready: 0, unacked: 0, consumers: 0 };

const isNothing = (depth: Depth | undefined): boolean =>
  depth?.kind === 'known' && depth.ready + depth.unacked === 0;

async function movesOn({ emptying, move }: Work, held: Depth | undefined): Promise<boolean> {
  return emptying.into !== undefined && (await move(emptying.into, held)) > 0;
}

type Tried = 'not empty' | { readonly loss: Loss | undefined };

/** `again`: whether it may still get empty. */
async function tryToDelete(work: Work, again: boolean): Promise<Tried> {
  const { client, sources, queue, consent } = work;
  await lookBeforehand({
    ...work,
    emptying: { ...work.emptying, bindings: [], known: leftOn(work) },
  });
  try {
    return { loss: await deleteObject(client, sources, queue, consent) };
  } catch (error) {
    if (again && error instanceof WouldLose) return 'not empty';
    throw error;
  }
}

/** The bindings that go with the queue. */
function leftOn({ emptying: { known, bindings } }: Work): readonly LiveBinding[] {
  const taken = new Set(bindings.map(looksOf));
  return known.filter((binding) => !taken.has(looksOf(binding)));
}

async function readHeld({ sources, queue }: Work): Promise<Depth | undefined> {
  return (await readDepths(sources, [queue], 'readShared')).get(addressOf(queue));
}

function tellOf({ sources, queue, emptying: { timeout, into } }: Work): void {
  const how = into === undefined ? 'its consumers have emptied it' : `all of it is in ${into}`;
  const line = `waiting until ${how}, for ${timeout / 1_000} s at most: ${addressOf(queue)}`;
  sources.waiting.say(Infinity, line, line);
}

/** Returns what to throw. */
async function boundAgain(
  client: Client,
  bound: readonly LiveBinding[],
  why: Error,
): Promise<Error> {
  const missing = await putBack(client.firm(), bound);
  return missing.size === 0 ? why : toIncomplete(why.message, bound, missing, why);
}

function leftUnbound(queue: Queue, into: string, why: Error): NotReplaced {
  const { message } = why;
  return new NotReplaced(
    `${addressOf(queue)} is not deleted yet: ${message}`,
    `new messages reach ${quote(into)} already; remove the cause, then run topo apply again to go on`,
    new Map(),
  );
}

/** A queue still holds messages, so it is bound again. */
class NotEmptied extends Forbidden {
  constructor(queue: Queue, depth: Depth | undefined, timeout: number) {
    const after = `after ${timeout / 1_000} s`;
    if (depth?.kind !== 'known') {
      const why = depth?.why ?? 'it is not listed';
      super(`${addressOf(queue)} stays: ${why} ${after}`, { hint: depth?.hint });
      return;
    }
    const { ready, unacked } = depth;
    const [is, them] = ready + unacked === 1 ? ['is', 'it'] : ['are', 'them'];
    const why =
      unacked > 0
        ? `stop the consumers that hold ${them}`
        : 'start more consumers, or stop who publishes straight to it over the default exchange';
    super(`${addressOf(queue)} stays: ${renderHeld(ready, unacked)} ${is} still there ${after}`, {
      hint: `${why}; or give them longer: --drain-timeout`,
    });
  }
}
