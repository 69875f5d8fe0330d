// What reconciling requires of a broker: a Reader to plan, a Writer to apply. The management room
// implements both.
import type { Address } from '../topology/address.ts';
import { addressOf } from '../topology/identity.ts';
import type { Live, LiveBinding, LiveQueue } from '../topology/live.ts';
import type {
  Binding,
  Exchange,
  Kind,
  Queue,
  Setting,
  TopologyObject,
} from '../topology/object.ts';
import type { Plugin } from '../topology/plugins.ts';
import { ExpectedError, type Problem } from '../topology/problem.ts';
import type { Health } from './cluster.ts';
import type { Loss } from './loss.ts';
import type { PlanDocument } from './plan.generated.ts';
import type { PlannedBindings } from './planned-bindings.ts';
import type { Kept, Record, Unreadable } from './record.ts';
import type { Step } from './step.ts';

/** What to read beside exchanges, queues, bindings, policies and parameters of some vhosts. */
export interface Also {
  /** Kinds that are read only if they are needed, such as users. */
  readonly kinds: ReadonlySet<Kind>;
  /** Patterns of further vhosts. */
  readonly vhosts: readonly string[];
  /** The plugins whose presence matters, if the broker holds these objects. */
  readonly pluginsFor?: (objects: Live['objects']) => ReadonlySet<Plugin>;
}

export interface Reader {
  /**
   * Reads everything in the given vhosts, or in all that the user may read. Vhosts that don't
   * exist, or that the user may not read, are missing from `vhosts`.
   */
  readLive(vhosts?: ReadonlySet<string>, also?: Also): Promise<Live>;
  /** Reads what the queues hold right now, as exactly as their type allows. */
  readDepths(queues: readonly LiveQueue[]): Promise<ReadonlyMap<Address, Depth>>;
  /** The tags of the user that topo runs as. */
  readTags(): Promise<ReadonlySet<string>>;
  /** Reads whether the cluster is well. */
  readHealth(): Promise<Health>;
  /** Counts the open connections; undefined if the broker doesn't list them. */
  readConnections(): Promise<Connected | undefined>;
  /** Finds the records that interrupted applies left in what was read. */
  findRecords(live: Live): {
    readonly kept: readonly Kept[];
    readonly unreadable: readonly Unreadable[];
  };
  /** Whether AMQP works in all these vhosts: without it, replacing takes longer. */
  readGap(vhosts?: ReadonlySet<string>): Promise<PlanDocument['gap']>;
  /** Problems met so far in reaching the broker, for the user to know. */
  doubts(): readonly Problem[];
}

export type Depth =
  | {
      readonly kind: 'known';
      readonly ready: number;
      /** How many of them a dead-letter exchange has not confirmed yet, if any. */
      readonly leaving?: number;
      readonly unacked: number;
      readonly consumers: number;
    }
  | { readonly kind: 'unknown'; readonly why: string; readonly hint: string };

/** How many connections are open, by user and by vhost, without topo's own. */
export interface Connected {
  readonly users: ReadonlyMap<string, number>;
  readonly vhosts: ReadonlyMap<string, number>;
}

export interface Writer {
  /** Says which steps follow, none of them begun: many are written another way than few. */
  foresee(steps: readonly Step[]): void;
  /**
   * Records what an apply will take away. If the broker refuses, throws and leaves nothing of the
   * record behind.
   */
  keepRecord(record: Record): Promise<void>;
  deleteRecord(record: Record): Promise<void>;
  /**
   * Declares a missing object as `after` or, if that is refused, as `before`. Throws NotReplaced.
   */
  restore(before: Exchange | Queue, after: Exchange | Queue): Promise<void>;
  /**
   * Declares an object. Throws ChangedSince if a different one of the same name exists, NeedGone if
   * what it needs doesn't.
   */
  put(object: TopologyObject): Promise<void>;
  /** Changes an object in place. Throws ChangedSince if it is no longer `before`, or NeedGone. */
  update(before: Setting, after: Setting): Promise<void>;
  /**
   * Deletes an object that no message passes. Succeeds if it is already gone; throws ChangedSince
   * if it has changed, and Forbidden if a vhost still holds queues, or a user or a vhost has
   * connections that may not be closed.
   */
  remove(object: Setting, consent: { readonly mayDisconnect: boolean }): Promise<void>;
  unbind(binding: LiveBinding): Promise<void>;
  /**
   * Unbinds, then binds, with as short a gap as possible. Throws NotReplaced if something was, or
   * may have been, unbound and not everything is bound.
   */
  rebind(unbind: readonly LiveBinding[], bind: readonly Binding[]): Promise<void>;
  /**
   * Succeeds if the object is already gone. Throws ChangedSince if it has changed (among hundreds
   * of deletes, not each is looked at), and MessagesLost if more messages went with it than the
   * consent covers. `emptying`: for a queue that is unbound first. If it doesn't get empty, it
   * stays as it was; throws NotReplaced if something is missing.
   */
  delete(
    object: Exchange | Queue,
    consent: Consent,
    emptying?: Emptying,
  ): Promise<Loss | undefined>;
  /**
   * Deletes and redeclares the object and its bindings, with as short a gap as possible. Before
   * deleting, throws Outdated if the object has a binding that isn't `planned`, as topo wouldn't
   * put it back, if a binding has lost an end, or if the object is no longer `before`. Throws
   * NotReplaced if something was, or may have been, deleted, and MessagesLost as `delete` does.
   * Doesn't put back a binding that was removed after planning, unless it is declared: calls
   * `onRemoved` with those.
   */
  replace(
    before: Exchange | Queue,
    after: Exchange | Queue,
    bindings: readonly Binding[],
    consent: Consent,
    planned?: PlannedBindings,
    onRemoved?: (bindings: readonly Binding[]) => void,
  ): Promise<Loss | undefined>;
  /**
   * Replaces a queue in use: parks its messages and bindings, replaces it once it is empty, and
   * moves all back. Goes on where an interrupted run stopped. If it can't be done, undoes it and
   * throws NotCarried. Throws NotReplaced if something is missing.
   */
  carryOver(
    before: Queue,
    after: Queue,
    bindings: readonly Binding[],
    carry: Carry,
    planned?: PlannedBindings,
    onRemoved?: (bindings: readonly Binding[]) => void,
  ): Promise<Carried>;
}

/** How to carry over what a queue holds while it is replaced. */
export interface Carry {
  /** The parking queue, as the record names it. */
  readonly parking: Queue;
  /** Milliseconds that consumers have to settle or drain what they hold. */
  readonly drainTimeout: number;
  readonly onMoved?: (messages: number) => void;
}

export interface Carried {
  readonly messages: number;
  /** How long it took to bind the one queue and unbind the other, the longer of both times. */
  readonly flipMilliseconds: number;
}

/** What a queue holds can't be carried over: everything is as before. */
export class NotCarried extends ExpectedError {}

/** How a queue gets empty before it is deleted. */
export interface Emptying {
  /** Taken off first, and bound again if the queue stays. */
  readonly bindings: readonly LiveBinding[];
  /** All of its bindings that the plan knows. */
  readonly known: readonly LiveBinding[];
  /** The queue that its bindings and messages have gone to: then it stays unbound. */
  readonly into: string | undefined;
  /** Milliseconds that its consumers have for it; 0 if it must be empty already. */
  readonly timeout: number;
  /** Once aborted, waits no longer. */
  readonly stop: AbortSignal;
}

/** A replacement didn't go as planned. The message says what is there now. */
export class NotReplaced extends ExpectedError {
  /** The bindings that are not back, and why. */
  readonly lost: ReadonlyMap<Address, string>;
  /** The messages lost with it. */
  readonly loss: Loss | undefined;

  constructor(message: string, hint: string, lost: ReadonlyMap<Address, string>, loss?: Loss) {
    super(message, { hint });
    this.lost = lost;
    this.loss = loss;
  }
}

/** A last check forbids the step: it would lose more than agreed. Nothing was done. */
export class Forbidden extends ExpectedError {}

/** The broker has changed since planning. Nothing was done. */
export abstract class Outdated extends ExpectedError {}

/** What the object needs has gone, so it can't be made. */
export class NeedGone extends Outdated {
  constructor(object: TopologyObject, need: Address) {
    super(`${addressOf(object)}: ${need} has gone since planning`, {
      hint: 'plan again: another run may have deleted it',
    });
  }
}

/** The object itself has changed, so topo left it alone. */
export class ChangedSince extends Outdated {
  /** `how`: in the broker's words. */
  constructor(object: TopologyObject, how?: string) {
    const more = how === undefined ? '' : `: ${how}`;
    super(`${addressOf(object)} stays: it has changed since planning${more}`, {
      hint: 'plan again: another run may have done it',
    });
  }
}

/**
 * What deleting a queue may lose: nothing; idle consumers, if the queue is empty; also so many
 * messages; or all of them.
 */
export type Consent = 'lose-nothing' | 'disconnect' | { readonly atMost: number } | 'lose-messages';
