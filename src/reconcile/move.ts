// Plans to move messages from one queue to another: what stands against it, and what changes for
// them.
import { addressOfNamed } from '../topology/address.ts';
import { count, plural } from '../topology/count.ts';
import type { Live, LiveObject, LiveQueue } from '../topology/live.ts';
import { effectiveSettings } from '../topology/effective.ts';
import { isQueue, type OperatorPolicy } from '../topology/object.ts';
import { isParking } from '../topology/own.ts';
import { PolicyMatches, ranked, standingOf } from '../topology/policy-matches.ts';
import { InvalidInput, type Problem } from '../topology/problem.ts';
import { isLower } from '../topology/queue-loss.ts';
import { quote } from '../topology/quote.ts';
import { Float, type Table } from '../topology/value.ts';
import type { Depth } from './broker.ts';
import type { Refusal } from './plan.generated.ts';

export interface MoveEnds {
  readonly source: LiveQueue;
  readonly destination: LiveQueue;
}

/** How many messages to move at most, and whether only some of those that are there. */
export interface MoveChoice {
  readonly limit: number;
  readonly isMatched: boolean;
  /** Whether no smaller part can be chosen. */
  readonly isWhole?: boolean;
}

/** What is known of both queues just before. */
export interface MoveSight extends MoveEnds {
  readonly held: Depth;
  readonly heldThere: Depth;
  /** What may apply to the destination, by policy or argument. */
  readonly settings: readonly Table[];
  /** The same of the source. */
  readonly settingsNow: readonly Table[];
}

export interface MovePlan extends MoveEnds {
  /** How many messages wait in the source. */
  readonly ready: number;
  /** How many of them move at most. */
  readonly most: number;
  readonly refusals: readonly Refusal[];
  readonly notes: readonly string[];
}

/** Throws InvalidInput if the queues are not there, or are the same. */
export function findEnds(
  live: Live,
  vhost: string,
  names: { readonly source: string; readonly destination: string },
): MoveEnds {
  const problems: Problem[] = [];
  const find = (name: string): LiveQueue | undefined => {
    const found = live.objects.get(addressOfNamed('queue', vhost, name));
    const isUsual = isQueue(found) && 'state' in found && !found.system;
    if (isUsual || isForgotten(found, name === names.source)) return found;
    const why =
      found === undefined
        ? `there is no queue ${quote(name)} in vhost ${quote(vhost)}`
        : `queue ${quote(name)} is exclusive, or belongs to RabbitMQ or a plugin`;
    problems.push({ code: 'no-such-queue', message: why, hint: elsewhere(name, live) });
    return undefined;
  };
  const [source, destination] = [find(names.source), find(names.destination)];
  if (names.source === names.destination)
    problems.push({
      code: 'same-queue',
      message: `queue ${quote(names.source)} is both the source and the destination`,
      hint: 'name another destination',
    });
  if (source === undefined || destination === undefined || problems.length > 0)
    throw new InvalidInput(problems);
  return { source, destination };
}

/** What waits in a parking queue that no run goes on with must have a way out. */
const isForgotten = (found: LiveObject | undefined, isSource: boolean): found is LiveQueue =>
  isSource && isQueue(found) && isParking(found);

function elsewhere(name: string, { objects }: Live): string {
  const others = [...objects.values()].filter((one) => isQueue(one) && one.name === name);
  const [other] = others;
  return other === undefined || other.vhost === null
    ? 'correct the name, or name its vhost with --vhost'
    : `there is one in vhost ${quote(other.vhost)}: --vhost ${other.vhost}`;
}

/** What the policies give a queue: several if topo can't tell which of them applies. */
export function settingsOf(queue: LiveQueue, live: Live): Table[] {
  const own = (live.policies ?? []).filter(({ vhost }) => vhost === queue.vhost);
  const operators = [...live.objects.values()].filter(
    (one) => one.kind === 'operator_policy' && one.vhost === queue.vhost,
  ) as OperatorPolicy[];
  const matches = new PolicyMatches(live, [...own, ...operators], [queue]);
  const applied = standingOf(0, ranked(own), matches);
  return applied.flatMap((policy) =>
    standingOf(0, ranked(operators), matches).map((operator) =>
      effectiveSettings(queue, policy, operator, live.broker.version),
    ),
  );
}

type Guard = (sight: MoveSight, choice: MoveChoice) => Omit<Refusal, 'address'> | undefined;

const ofSource: readonly Guard[] = [isCountable, isShared];
const ofDestination: readonly Guard[] = [keepsAll, keepsUnused, givesTime];

export function planMove(sight: MoveSight, choice: MoveChoice): MovePlan {
  const { source, destination, held } = sight;
  const ready = held.kind === 'known' ? held.ready : 0;
  const refuse = (guards: readonly Guard[], { vhost, name }: LiveQueue) =>
    guards.flatMap((guard) => {
      const refusal = guard(sight, choice);
      return refusal ? [{ ...refusal, address: addressOfNamed('queue', vhost, name) }] : [];
    });
  return {
    source,
    destination,
    ready,
    most: Math.min(ready, choice.limit),
    refusals: [...refuse(ofSource, source), ...refuse(ofDestination, destination)],
    notes: notesOn(sight),
  };
}

const movable: readonly string[] = ['classic', 'quorum'];

function isCountable({ source, held }: MoveSight): ReturnType<Guard> {
  if (!movable.includes(source.type))
    return {
      code: 'type',
      reason: `messages of a ${source.type} queue can't be moved`,
      hint: 'read it with a consumer of your own',
    };
  if (held.kind === 'known') return undefined;
  return { code: 'unknown-depth', reason: held.why, hint: held.hint };
}

function isShared({ source, held }: MoveSight): ReturnType<Guard> {
  const isSingle = source.arguments.get('x-single-active-consumer') === true;
  if (!isSingle || held.kind === 'unknown' || held.consumers === 0) return undefined;
  return {
    code: 'single-consumer',
    reason: 'its single active consumer gets all messages, so topo would get none',
    hint: `stop its ${held.consumers === 1 ? 'consumer' : 'consumers'} while the messages move`,
  };
}

/**
 * A queue that drops from its head makes room for what comes by losing what it has. One that
 * dead-letters what it rejects would make copies of what goes back.
 */
function keepsAll({ settings, ...sight }: MoveSight, choice: MoveChoice): ReturnType<Guard> {
  const refusals = settings.map((one) => keepsAllBy(one, sight, choice));
  return refusals.find((one) => one !== undefined);
}

/** RabbitMQ deletes a queue that stays unused for this long, and its messages with it. */
function keepsUnused({ settings, settingsNow, held, heldThere }: MoveSight): ReturnType<Guard> {
  const isInUse = heldThere.kind === 'known' && heldThere.consumers > 0;
  const isEmpty = held.kind === 'known' && held.ready === 0;
  const sooner = settings.find((one) => settingsNow.some((now) => isLower('expires', now, one)));
  if (sooner === undefined || isInUse || isEmpty) return undefined;
  return {
    code: 'drops',
    reason: `RabbitMQ deletes it with its messages after ${count(numberIn(sooner, 'expires'))} ms without use`,
    hint: 'start its consumers first, or raise expires',
  };
}

function givesTime({ settings, held }: MoveSight): ReturnType<Guard> {
  const isEmpty = held.kind === 'known' && held.ready === 0;
  const none = settings.some((one) => one.has('message-ttl') && numberIn(one, 'message-ttl') === 0);
  if (!none || isEmpty) return undefined;
  return {
    code: 'drops',
    reason: 'it drops what no consumer takes at once: message-ttl 0',
    hint: 'raise the time to live',
  };
}

function keepsAllBy(
  settings: Table,
  { destination, heldThere, held }: Omit<MoveSight, 'settings'>,
  { limit, isWhole = false }: MoveChoice,
): ReturnType<Guard> {
  const overflow = settings.get('overflow');
  if (destination.type === 'stream' || overflow === 'reject-publish') return undefined;
  const drops = overflow === 'reject-publish-dlx' ? 'rejects and dead-letters' : 'drops';
  const hint = 'raise the limit, or let it refuse messages: overflow reject-publish';
  if (settings.has('max-length-bytes'))
    return {
      code: 'drops',
      reason: `it ${drops} messages beyond max-length-bytes ${numberIn(settings, 'max-length-bytes')}, and topo can't tell whether all fit`,
      hint,
    };
  if (!settings.has('max-length') || held.kind === 'unknown') return undefined;
  const most = numberIn(settings, 'max-length');
  const there = heldThere.kind === 'known' ? heldThere.ready : most;
  const coming = Math.min(held.ready, limit);
  if (there + coming <= most) return undefined;
  const room = Math.max(0, most - there);
  return {
    code: 'drops',
    reason: `it holds ${plural(there, 'message')} and ${drops} those beyond max-length ${count(most)}, so not all ${count(coming)} fit`,
    hint: room === 0 || isWhole ? hint : `${hint}; or move fewer: --limit ${room}`,
  };
}

/** Of the messages that a queue with these settings takes. */
export function newTimeToLive(settings: readonly Table[]): string | undefined {
  const timed = settings.find((one) => one.has('message-ttl'));
  return (
    timed && `each gets a new time to live there: message-ttl ${numberIn(timed, 'message-ttl')} ms`
  );
}

/** Of a queue that refuses what it has no room for. */
export function tooShort(
  settings: readonly Table[],
  held: Depth | undefined,
  heldThere: Depth | undefined,
): string | undefined {
  const limited = settings.find(
    (one) => one.get('overflow') === 'reject-publish' && one.has('max-length'),
  );
  if (limited === undefined || held?.kind !== 'known') return undefined;
  const most = numberIn(limited, 'max-length');
  const there = heldThere?.kind === 'known' ? heldThere.ready : 0;
  if (there + held.ready <= most) return undefined;
  return `it holds ${plural(there, 'message')} and refuses those beyond max-length ${count(most)}, so not all ${count(held.ready)} fit`;
}

function notesOn({ source, destination, held, settings }: MoveSight): string[] {
  const ttl = newTimeToLive(settings);
  const notes = ttl === undefined ? [] : [ttl];
  // A quorum queue's count may be 5 s old.
  if (source.type === 'classic' && held.kind === 'known' && held.unacked > 0)
    notes.push(`${plural(held.unacked, 'message')} unacknowledged by a consumer stay`);
  if (held.kind === 'known' && held.consumers > 0)
    notes.push(`${plural(held.consumers, 'consumer')} of the source may take some first`);
  const isOrdered = source.arguments.has('x-max-priority');
  if (isOrdered && !destination.arguments.has('x-max-priority'))
    notes.push('they arrive by priority, as the source gives them out');
  return notes;
}

function numberIn(settings: Table, key: string): number {
  const value = settings.get(key);
  return Number(value instanceof Float ? value.value : value);
}
