// What reconciling needs of a broker. The management room implements it; the planner is handed only a Reader.
import type { Address } from '../topology/address.ts';
import { addressOf } from '../topology/identity.ts';
import type { Live, LiveBinding, LiveQueue } from '../topology/live.ts';
import type { Binding, Exchange, Queue, TopologyObject } from '../topology/object.ts';
import { ExpectedError, type Problem } from '../topology/problem.ts';
import type { Loss } from './loss.ts';
import type { PlanDocument } from './plan.generated.ts';
import type { PlannedBindings } from './planned-bindings.ts';
import type { Kept, Record, Unreadable } from './record.ts';

export interface Reader {
  /**
   * Everything in the given vhosts; every vhost that the user may read, if none is given.
   * A vhost that does not exist, or that the user may not read, is missing from `vhosts`.
   */
  readLive(vhosts?: ReadonlySet<string>): Promise<Live>;
  /** What the given queues hold right now, as surely as their type allows. */
  readDepths(queues: readonly LiveQueue[]): Promise<ReadonlyMap<Address, Depth>>;
  /** What applies that were cut off have written down, of what was read. */
  findRecords(live: Live): {
    readonly kept: readonly Kept[];
    readonly unreadable: readonly Unreadable[];
  };
  /** Whether AMQP can be had in all these vhosts: without it, replacing is slower. */
  readGap(vhosts?: ReadonlySet<string>): Promise<PlanDocument['gap']>;
  /** What a person should know of the ways to the broker, as far as they were tried by now. */
  doubts(): readonly Problem[];
}

export type Depth =
  | {
      readonly kind: 'known';
      readonly ready: number;
      readonly unacked: number;
      readonly consumers: number;
    }
  | { readonly kind: 'unknown'; readonly why: string; readonly hint: string };

export interface Writer {
  /** Writes down what an apply is to take away. Throws where the broker refuses it, and leaves nothing of it then. */
  keepRecord(record: Record): Promise<void>;
  deleteRecord(record: Record): Promise<void>;
  /** Declares what is away, as it was to be or, if that is refused, as it was. Throws NotReplaced. */
  restore(before: Exchange | Queue, after: Exchange | Queue): Promise<void>;
  /** Declares one object. Fails if one of the same name exists and differs. */
  put(object: TopologyObject): Promise<void>;
  unbind(binding: LiveBinding): Promise<void>;
  /**
   * Unbinds first and binds then, in as short a gap as can be had. Throws NotReplaced once something was unbound, or
   * perhaps was, and not all is bound.
   */
  rebind(unbind: readonly LiveBinding[], bind: readonly Binding[]): Promise<void>;
  /** Succeeds where the object is gone already. Throws MessagesLost once more went with it than the consent covers. */
  delete(object: Exchange | Queue, consent: Consent): Promise<Loss | undefined>;
  /**
   * Deletes and declares anew, with the bindings to put back, in as short a gap as can be had. Fails, and deletes
   * nothing, where the object has a binding that is not `planned`: that is not to be put back, if nothing is said. Throws ChangedSince
   * where it is not `before` any more.
   * Throws NotReplaced once something was deleted, or perhaps was; MessagesLost as `delete` does. What somebody has removed since it was planned is
   * not put back, unless it is declared: `onRemoved` is told.
   */
  replace(
    before: Exchange | Queue,
    after: Exchange | Queue,
    bindings: readonly Binding[],
    consent: Consent,
    planned?: PlannedBindings,
    onRemoved?: (bindings: readonly Binding[]) => void,
  ): Promise<Loss | undefined>;
}

/** A replacement did not go as planned; says what stands now. */
export class NotReplaced extends ExpectedError {
  /** The bindings that are not back, and why. */
  readonly lost: ReadonlyMap<Address, string>;
  /** The messages that went with it. */
  readonly loss: Loss | undefined;

  constructor(message: string, hint: string, lost: ReadonlyMap<Address, string>, loss?: Loss) {
    super(message, { hint });
    this.lost = lost;
    this.loss = loss;
  }
}

/** A last look forbids what was to be done: more would be lost than was agreed to. Nothing was done. */
export class Forbidden extends ExpectedError {}
/** An object is not any more as it was planned upon, and was left so. */
export class ChangedSince extends ExpectedError {
  constructor(object: Exchange | Queue) {
    super(`${addressOf(object)} stays: somebody has changed it since it was planned`, {
      hint: 'plan again: another run may have done it',
    });
  }
}

/** What may be lost when a queue goes: nothing; idle consumers, while it is empty; so many messages, too; all of them. */
export type Consent = 'lose-nothing' | 'disconnect' | { readonly atMost: number } | 'lose-messages';
