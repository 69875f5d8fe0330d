// The locks of all vhosts that a run changes: taken in one order, renewed while it runs, and given
// back at its end.
import { LockLost, type Holder } from '../reconcile/vhost-lock.ts';
import { addressOfNamed } from '../topology/address.ts';
import type { Live } from '../topology/live.ts';
import { isQueue, type Policy, type Queue } from '../topology/object.ts';
import { lockedSince, lockName } from '../topology/own.ts';
import type { Problem } from '../topology/problem.ts';
import { quote } from '../topology/quote.ts';
import { BrokerError } from './broker-error.ts';
import { findExpiring, hintForExpiring } from './lasting.ts';
import { holderOf } from './lock-queue.ts';
import { takeLock, type LockOptions, type Surroundings } from './take-lock.ts';
import type { Renewal, VhostLock } from './vhost-lock.ts';

/** Attempts to be sure of a lock before a write. */
const attempts = 2;

export class VhostLocks {
  readonly #around: Surroundings;
  readonly #held = new Map<string, VhostLock>();
  /** The vhosts that are changed without a lock. */
  readonly #without = new Set<string>();
  readonly #doubts: Problem[] = [];
  /** What the broker said instead of a clear answer. */
  #failure: BrokerError | undefined;
  readonly #lost = new AbortController();
  #others: readonly Holder[] = [];
  #options: LockOptions | undefined;
  #timer: NodeJS.Timeout | undefined;
  #renewing: Promise<void> | undefined;

  constructor(around: Surroundings) {
    this.#around = around;
  }

  /** Aborted, with a LockLost, once a lock is no longer held. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /**
   * Takes those of these vhosts, and gives back any others. Throws Locked if another apply holds
   * one for longer than the patience.
   */
  async take(vhosts: Iterable<string>, options: LockOptions): Promise<void> {
    this.#options = options;
    this.#failure = undefined;
    const wanted = [...new Set(vhosts)].sort();
    for (const vhost of this.#held.keys()) {
      if (!wanted.includes(vhost)) await this.giveBack(vhost);
    }
    // In the order of all other applies: so no two wait for each other.
    for (const vhost of wanted) await this.#takeOne(vhost, options);
  }

  /** Takes that of a vhost that this run has just made. */
  async join(vhost: string): Promise<void> {
    if (this.#options === undefined) return;
    await this.#takeOne(vhost, { ...this.#options, patience: 0 });
  }

  async #takeOne(vhost: string, options: LockOptions): Promise<void> {
    if (this.#held.has(vhost) || this.#without.has(vhost)) return;
    const taken = await takeLock(this.#around, vhost, options).catch((error: unknown) => {
      if (!(error instanceof BrokerError)) throw error;
      this.#failure = error;
    });
    if (taken === undefined) return;
    if (taken.kind === 'refused') this.#goWithout(vhost, taken.why);
    if (taken.kind !== 'taken') return;
    this.#held.set(vhost, taken.lock);
    this.#schedule();
  }

  #goWithout(vhost: string, { message, hint }: Omit<Problem, 'code'>): void {
    const what = `vhost ${quote(vhost)} can't be locked against other applies: ${message}`;
    this.#without.add(vhost);
    this.#doubts.push({
      code: 'unlocked',
      message: what,
      ...(hint !== undefined && { hint }),
    });
  }

  /**
   * Call before a write. Says in which vhosts other applies may write meanwhile, and why: each of
   * them once. Throws a BrokerError if the broker did not say whether one is locked: by now, what
   * was read may have said more.
   */
  takeDoubts(): readonly Problem[] {
    if (this.#failure !== undefined) throw this.#failure;
    return this.#doubts.splice(0);
  }

  /** The other runs that held a lock when the broker was last read. */
  async others(): Promise<readonly Holder[]> {
    const running = await Promise.all(
      this.#others.map(async ({ process }) => {
        return process === undefined || !(await this.#around.neighbours.hasEnded(process));
      }),
    );
    return this.#others.filter((_, nth) => running[nth]);
  }

  /**
   * Looks for locks of others, and for policies that would delete one of this run too early.
   * Returns what was read without any lock.
   */
  async learn(live: Live): Promise<Live> {
    const objects = new Map(live.objects);
    this.#others = [...live.vhosts.keys()].flatMap((vhost) => {
      const address = addressOfNamed('queue', vhost, lockName);
      const found = objects.get(address);
      if (!isQueue(found) || lockedSince(found) === undefined) return [];
      objects.delete(address);
      return this.#held.has(vhost) ? [] : [holderOf(found)];
    });
    for (const [vhost, { queue }] of this.#held) {
      const policy = this.#findHasty(live, queue);
      if (policy === undefined) continue;
      await this.giveBack(vhost);
      this.#goWithout(vhost, {
        message: `policy ${quote(policy.name)} would delete ${lockName} too early`,
        hint: hintForExpiring(policy),
      });
    }
    return { ...live, objects };
  }

  #findHasty({ policies, objects }: Live, queue: Queue): Policy | undefined {
    const operators = [...objects.values()].filter((one) => one.kind === 'operator_policy');
    return findExpiring(policies, operators, [queue]).find(
      ({ definition }) => Number(definition.get('expires')) < this.#around.expires,
    );
  }

  /**
   * Call before each write. Asks the broker if too much time has passed since it was last sure, as
   * after the process was stopped; aborts `lost` if a lock is no longer held.
   */
  async assertHeld(): Promise<void> {
    for (let attempt = 1; this.#stale().length > 0 && attempt <= attempts; attempt++)
      await this.#renewAll();
    for (const lock of this.#stale()) this.#lose(lock, 'the broker does not answer');
  }

  #stale(): VhostLock[] {
    return [...this.#held.values()].filter((lock) => !lock.isFresh());
  }

  /** If the broker has no room for one more queue, tries again without the lock. */
  async makingRoom<T>(vhost: string | null, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const isFull = (error as Error).message.includes('queue limit in vhost');
      if (!isFull || vhost === null || !this.#held.has(vhost)) throw error;
      await this.giveBack(vhost);
      this.#goWithout(vhost, { message: 'its limit of queues leaves no room for the lock' });
      return work();
    }
  }

  /** Says whether it had been held until now. */
  async giveBack(vhost: string): Promise<Renewal> {
    const lock = this.#held.get(vhost);
    this.#held.delete(vhost);
    // A renewal that comes after the delete would take it again.
    await this.#renewing;
    return (await lock?.giveBack()) ?? { kind: 'held' };
  }

  /** Returns those that had been lost unnoticed. Leaves to expire what can't be given back. */
  async giveAllBack(): Promise<readonly LockLost[]> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const giving = [...this.#held.keys()].map(async (vhost) => {
      const end = await this.giveBack(vhost).catch(() => undefined);
      return end?.kind === 'lost' ? [toLost(vhost, end.why)] : [];
    });
    return (await Promise.all(giving)).flat();
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#renewAll().then(() => {
        if (this.#held.size > 0) this.#schedule();
      });
    }, this.#around.expires / 3).unref();
  }

  #renewAll(): Promise<void> {
    this.#renewing ??= Promise.all([...this.#held.values()].map((lock) => this.#renew(lock)))
      .then(() => undefined)
      .finally(() => (this.#renewing = undefined));
    return this.#renewing;
  }

  async #renew(lock: VhostLock): Promise<void> {
    try {
      const renewal = await lock.renew();
      if (renewal.kind === 'lost') this.#lose(lock, renewal.why);
    } catch {
      // The run was interrupted.
    }
  }

  #lose({ queue: { vhost } }: VhostLock, why: string): void {
    if (this.#held.delete(vhost)) this.#lost.abort(toLost(vhost, why));
  }
}

function toLost(vhost: string, why: string): LockLost {
  const message = `the lock of vhost ${quote(vhost)} was lost: ${why}`;
  return new LockLost(message, { hint: 'plan again: another apply may have written meanwhile' });
}
