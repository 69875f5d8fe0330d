// Decides which queues are carried over while they are replaced: those in use, if AMQP reaches
// them. Their messages and bindings wait in a parking queue.
import { endsOf, type Address } from '../topology/address.ts';
import { appliedTo, type Applied } from '../topology/applied-settings.ts';
import type { Live } from '../topology/live.ts';
import { isBinding, isQueue, type Queue } from '../topology/object.ts';
import { isOwnName } from '../topology/own.ts';
import type { AnyPolicy } from '../topology/policy-matches.ts';
import type { Table } from '../topology/value.ts';
import type { Consents } from './consents.ts';
import { notesOnAutoDelete, notesOnCarry, notesOnLatePolicies } from './carry-notes.ts';
import { toParking } from './parking.ts';
import type { Carry, ParkingQueue, PlanDocument } from './plan.generated.ts';
import { mayLoseConsumers, SharedLosses } from './shared-loss.ts';
import { isReplacement, type ReplaceStep, type Step } from './step.ts';

interface Known {
  readonly live: Live;
  readonly gap: PlanDocument['gap'];
  readonly consents: Consents;
}

/** A queue to carry over, and what decides whether it may be. */
export interface Carrying {
  readonly address: Address;
  readonly before: Queue;
  readonly after: Queue;
  readonly carry: Carry;
  /** What applies to the queue before and after: several if topo can't tell which policy does. */
  readonly was: readonly Applied[];
  readonly is: readonly Applied[];
  readonly bindings: number;
  /** A policy that would take messages from the parking queue. */
  readonly hit: AnyPolicy | undefined;
}

/** The steps that carry a queue over, and all steps with those among them. */
export function withCarry(
  steps: readonly Step[],
  known: Known,
): { readonly steps: Step[]; readonly carrying: readonly Carrying[] } {
  const losses = new SharedLosses(known.consents, steps);
  const withLate = (one: Carrying): Carrying => {
    const { notes = [] } = one.carry;
    const late = notesOnLatePolicies(one.after, notes, steps);
    return late.length === 0
      ? one
      : { ...one, carry: { ...one.carry, notes: [...notes, ...late] } };
  };
  const inUse = steps.flatMap((step) => toUsed(step, known, losses));
  const carrying = inUse.length === 0 ? [] : carryAll(inUse, known.live).map(withLate);
  const byAddress = new Map(carrying.map(({ address, carry }) => [address, carry]));
  const decide = (step: Step): Step =>
    step.kind === 'replace' ? { ...step, carry: byAddress.get(step.address) } : step;
  return { steps: steps.map(decide), carrying };
}

interface Used {
  readonly address: Address;
  readonly before: Queue;
  readonly after: Queue;
  readonly messages: number;
  readonly consumers: number;
}

/** With consent to lose what it holds, a queue is replaced directly; streams never are. */
function toUsed(step: Step, { gap, consents }: Known, losses: SharedLosses): Used[] {
  if (!isReplacement(step) || gap !== 'pipelined') return [];
  const { address, before, after, depth } = step;
  if (!isQueue(before) || !isQueue(after) || depth?.kind !== 'known') return [];
  if ([before, after].some(({ type }) => type === 'stream')) return [];
  const [messages, { consumers }] = [depth.ready + depth.unacked, depth];
  if (messages + consumers === 0 || mayLose(step, messages, consents, losses)) return [];
  return [{ address, before, after, messages, consumers }];
}

const mayLose = (
  step: ReplaceStep,
  messages: number,
  consents: Consents,
  losses: SharedLosses,
): boolean =>
  consents.messageLoss.has(step.address) ||
  losses.of(step.address) !== undefined ||
  (messages === 0 && mayLoseConsumers(step, consents));

/** Takes at least one. */
function carryAll(inUse: readonly Used[], live: Live): Carrying[] {
  const bound = countBindings(live);
  const applied = appliedTo(
    inUse.flatMap(({ before, after }) => [before, after]),
    live,
  );
  const parked = inUse.map((used) => ({ used, was: applied.get(used.before) ?? [] }));
  const places = parked.map(({ used, was }) => placesFor(used, was[0]?.settings, live));
  const reached = appliedTo(
    places.flatMap((all) => all.map(({ queue }) => queue)),
    live,
  );
  return parked.map(({ used, was }, nth) => {
    const found = (places[nth] ?? []).map(({ parking, queue }) => ({
      parking,
      hit: hitting(reached.get(queue) ?? []),
    }));
    const [first] = found;
    const best = found.find(({ hit }) => hit === undefined) ?? first;
    if (best === undefined) throw new Error(`${used.address} has no place to wait`);
    return toCarrying(used, best, {
      was,
      is: applied.get(used.after) ?? [],
      bindings: bound.get(used.address) ?? 0,
      version: live.broker.version,
    });
  });
}

interface Place {
  readonly parking: ParkingQueue;
  /** The parking queue with digits as they might be. */
  readonly queue: Queue;
}

/** Rights go by name: a name beside the queue's is better than one alone. */
function placesFor({ before, after }: Used, settings: Table | undefined, live: Live): Place[] {
  const type = [before, after].some((queue) => queue.type === 'quorum') ? 'quorum' : 'classic';
  const args = deadLetterArguments(settings, type);
  const made = { digits: '0123cdef', version: live.broker.version, time: new Date(0) };
  return (['beside', 'alone'] as const).map((named) => {
    const parking = { named, type, arguments: args } as const;
    return { parking, queue: toParking(before, parking, made) };
  });
}

/** Messages that expire while they wait are dead-lettered as before. */
function deadLetterArguments(
  settings: Table = new Map(),
  type: ParkingQueue['type'],
): ParkingQueue['arguments'] {
  const keys = ['dead-letter-exchange', 'dead-letter-routing-key'];
  const isSure =
    type === 'quorum' &&
    settings.get('dead-letter-strategy') === 'at-least-once' &&
    settings.get('overflow') === 'reject-publish';
  const all = isSure ? [...keys, 'dead-letter-strategy', 'overflow'] : keys;
  return Object.fromEntries(
    all.flatMap((key) => {
      const value = settings.get(key);
      return typeof value === 'string' ? [[`x-${key}`, value]] : [];
    }),
  );
}

/** With these, a queue gives up messages that wait in it. */
export const takingKeys = ['message-ttl', 'expires', 'max-length', 'max-length-bytes'];

function hitting(cases: readonly Applied[]): AnyPolicy | undefined {
  return cases
    .flatMap(({ policy, operator }): (AnyPolicy | undefined)[] => [policy, operator])
    .find((policy) => takingKeys.some((key) => policy?.definition.has(key)));
}

function toCarrying(
  { address, before, after, messages, consumers }: Used,
  { parking, hit }: { readonly parking: ParkingQueue; readonly hit: AnyPolicy | undefined },
  { version, ...rest }: Pick<Carrying, 'was' | 'is' | 'bindings'> & { readonly version: string },
): Carrying {
  const settings = [rest.was[0]?.settings, rest.is[0]?.settings] as const;
  const notes = [...notesOnAutoDelete(before, after), ...notesOnCarry(...settings, version)];
  const seconds = secondsFor(messages, before);
  const carry = { messages, consumers, seconds, parking, ...(notes.length > 0 && { notes }) };
  return { address, before, after, carry, hit, ...rest };
}

/** As measured: each message moves twice, and a quiet period comes between. */
const rate = { messagesPerSecond: 10_000, oneByOnePerSecond: 1_000, quietSeconds: 2 };

function secondsFor(messages: number, before: Queue): number {
  const { messagesPerSecond, oneByOnePerSecond, quietSeconds } = rate;
  const out = messages / (before.auto_delete ? oneByOnePerSecond : messagesPerSecond);
  return Math.ceil(out + messages / messagesPerSecond + quietSeconds);
}

function countBindings({ objects }: Live): Map<Address, number> {
  const counts = new Map<Address, number>();
  for (const object of objects.values()) {
    if (!isBinding(object) || isOwnName(object.source)) continue;
    const { destination } = endsOf(object);
    counts.set(destination, (counts.get(destination) ?? 0) + 1);
  }
  return counts;
}
