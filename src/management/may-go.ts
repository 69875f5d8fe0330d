// Checks whether a queue may be deleted: counts its messages again, by the means of its type.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Consent, Depth } from '../reconcile/broker.ts';
import { addressOf } from '../topology/identity.ts';
import type { Queue } from '../topology/object.ts';
import { ExpectedError } from '../topology/problem.ts';
import { nothing, readDepths, type Countable, type DepthSources } from './depth.ts';
import type { CarefulConsent } from './receipt.ts';
import { WouldLose } from './would-lose.ts';

/**
 * Throws WouldLose unless the consent covers what the queue holds; returns what may be lost. If
 * nothing may, skips a classic queue's ready messages and consumers: its delete checks them in the
 * same instant.
 */
export async function assertMayGo(
  sources: DepthSources,
  queue: Queue,
  consent: Consent,
): Promise<Depth> {
  if (consent === 'lose-messages') return lookAnyway(sources, queue);
  if (typeof consent === 'object') return assertFew(sources, queue, consent.atMost);
  if (queue.type === 'classic') await assertNothingUnacked(sources, queue, consent);
  else await assertStaysEmpty(sources, queue, consent);
  return nothing;
}

/** For the receipt only: any content may be lost. */
async function lookAnyway(sources: DepthSources, queue: Queue): Promise<Depth> {
  try {
    return await readMessages(sources, queue);
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    return { kind: 'unknown', why: error.message, hint: error.hint ?? '' };
  }
}

async function assertFew(sources: DepthSources, queue: Queue, limit: number): Promise<Depth> {
  const depth = await readMessages(sources, queue);
  const isFew = depth.kind === 'known' && depth.ready + depth.unacked <= limit;
  if (!isFew) throw new WouldLose(queue, depth, limit);
  return depth;
}

/** If messages may be lost, consumers may be cut off: their unknown number doesn't matter. */
function readMessages(sources: DepthSources, queue: Queue): Promise<Depth> {
  return readDepth(sources, { ...queue, consumers: 0 }, 'read');
}

async function assertStaysEmpty(
  sources: DepthSources,
  queue: Queue,
  consent: CarefulConsent,
): Promise<void> {
  await assertEmpty(sources, queue, consent);
  // Holders of messages count as consumers at once; messages only at the broker's next count.
  const isCountedLate = consent === 'disconnect' || (await deadLettersSurely(sources, queue));
  const pause = isCountedLate ? sources.waits.counts : sources.waits.quiet;
  const why = isCountedLate ? ', as RabbitMQ counts its messages every 5 s' : '';
  const line = `waiting ${pause / 1_000} s to see that ${addressOf(queue)} stays empty${why} (the same for each such queue)`;
  sources.waiting.say(pause, why, line);
  await sleep(pause);
  await assertEmpty(sources, queue, consent);
}

/**
 * A queue with at-least-once dead-lettering keeps expired messages until another queue has them;
 * the broker counts those late, and AMQP doesn't.
 */
async function deadLettersSurely({ strategies }: DepthSources, queue: Queue): Promise<boolean> {
  const strategy = queue.arguments.get('x-dead-letter-strategy') ?? (await strategies.read(queue));
  return strategy === 'at-least-once';
}

/** The broker refused a delete for what the queue holds: reports the counts as they are now. */
export async function toWouldLose(sources: DepthSources, queue: Queue): Promise<WouldLose> {
  const depth = await readDepth(sources, queue, 'read');
  const isTelling = depth.kind === 'known' || (await isOfAnotherType(sources, queue));
  return new WouldLose(queue, isTelling ? depth : nothing);
}

async function isOfAnotherType({ counts }: DepthSources, queue: Queue): Promise<boolean> {
  const found = (await counts.readShared(queue.vhost)).get(queue.name);
  return found !== undefined && found.type !== queue.type;
}

/** if-empty counts only ready messages. */
async function assertNothingUnacked(
  sources: DepthSources,
  queue: Queue,
  consent: CarefulConsent,
): Promise<void> {
  const counts = await sources.counts[listFor[consent]](queue.vhost);
  const counted = counts.get(queue.name);
  if (counted === undefined || (counted.type === queue.type && counted.unacked === 0)) return;
  throw new WouldLose(queue, await readDepth(sources, queue, 'read'));
}

/**
 * With consumers, messages may be taken at any time; without, only by basic.get, and one list may
 * serve many queues.
 */
const listFor = {
  'lose-nothing': 'readShared',
  disconnect: 'read',
} as const;

async function assertEmpty(
  sources: DepthSources,
  queue: Queue,
  consent: CarefulConsent,
): Promise<void> {
  const depth = await readDepth(sources, queue, listFor[consent]);
  const isEmpty = depth.kind === 'known' && depth.ready + depth.unacked === 0;
  if (isEmpty && (consent === 'disconnect' || depth.consumers === 0)) return;
  throw new WouldLose(queue, depth);
}

async function readDepth(
  sources: DepthSources,
  queue: Countable,
  list: 'read' | 'readShared',
): Promise<Depth> {
  const depths = await readDepths(sources, [queue], list);
  return depths.get(addressOf(queue)) ?? nothing;
}
