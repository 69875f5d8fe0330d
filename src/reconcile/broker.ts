// What reconciling needs of a broker. The management room implements it; the planner is handed only a Reader.
import type { Address } from '../topology/address.ts';
import type { Live, LiveBinding, LiveQueue } from '../topology/live.ts';
import type { Binding, Exchange, Queue } from '../topology/object.ts';
import { ExpectedError } from '../topology/problem.ts';
import type { PlannedBindings } from './planned-bindings.ts';

export interface Reader {
  /**
   * Everything in the given vhosts; every vhost that the user may read, if none is given.
   * A vhost that does not exist, or that the user may not read, is missing from `vhosts`.
   */
  readLive(vhosts?: ReadonlySet<string>): Promise<Live>;
  /** What the given queues hold right now, as surely as their type allows. */
  readDepths(queues: readonly LiveQueue[]): Promise<ReadonlyMap<Address, Depth>>;
  /** Whether an AMQP connection can be had: without one, replacing is slower. */
  readGap(): Promise<'pipelined' | 'unpipelined'>;
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
  /** Declares an exchange or a queue. Fails where one of the name exists and differs. */
  put(object: Exchange | Queue): Promise<void>;
  bind(binding: Binding): Promise<void>;
  unbind(binding: LiveBinding): Promise<void>;
  /** Succeeds where the object is gone already. */
  delete(object: Exchange | Queue, consent: Consent): Promise<void>;
  /**
   * Deletes and declares anew, with the bindings to put back, in as short a gap as can be had. Fails, and deletes
   * nothing, where the object has a binding that is not `planned`: that is not to be put back, if nothing is said.
   * Throws NotReplaced once something was deleted, or perhaps was. What somebody has removed since it was planned is
   * not put back, unless it is declared: `onRemoved` is told.
   */
  replace(
    before: Exchange | Queue,
    after: Exchange | Queue,
    bindings: readonly Binding[],
    consent: Consent,
    planned?: PlannedBindings,
    onRemoved?: (bindings: readonly Binding[]) => void,
  ): Promise<void>;
}

/** A replacement did not go as planned; says what stands now. */
export class NotReplaced extends ExpectedError {
  /** The bindings that are not back, and why. */
  readonly lost: ReadonlyMap<Address, string>;

  constructor(message: string, hint: string, lost: ReadonlyMap<Address, string>) {
    super(message, { hint });
    this.lost = lost;
  }
}

/** What may be lost when a queue goes: nothing; idle consumers, while it is empty; or its messages too. */
export type Consent = 'lose-nothing' | 'disconnect' | 'lose-messages';
