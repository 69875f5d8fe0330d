// Shares one consent among many queues: a bound on the messages of all that match a pattern.
import type { Address } from '../topology/address.ts';
import { InvalidInput } from '../topology/problem.ts';
import { matchesQueue, type QueuePattern } from '../topology/queue-pattern.ts';
import { shellWord } from '../topology/quote.ts';
import type { Consent } from './broker.ts';
import type { Consents, SharedLoss } from './consents.ts';
import { withMargin, type Loss } from './loss.ts';
import type { Step } from './step.ts';

export class SharedLosses {
  readonly #byQueue = new Map<Address, SharedLoss>();
  /** For each bound, how many of its queues are counted, and their messages. */
  readonly #counted = new Map<SharedLoss, { queues: number; messages: number }>();

  /**
   * A consent for one address overrides patterns. Throws InvalidInput if two patterns match a
   * queue.
   */
  constructor({ messageLoss, messageLossOf }: Consents, steps: readonly Step[]) {
    for (const step of messageLossOf.length === 0 ? [] : steps) {
      const { address, depth } = step;
      if (depth === undefined || messageLoss.has(address)) continue;
      const shared = theOne(address, messageLossOf);
      if (shared === undefined) continue;
      this.#byQueue.set(address, shared);
      if (depth.kind !== 'known') continue;
      const { queues, messages } = this.countOf(shared);
      this.#counted.set(shared, { queues: queues + 1, messages: messages + messagesOf(step) });
    }
  }

  of(address: Address): SharedLoss | undefined {
    return this.#byQueue.get(address);
  }

  countOf(shared: SharedLoss): { readonly queues: number; readonly messages: number } {
    return this.#counted.get(shared) ?? { queues: 0, messages: 0 };
  }
}

function theOne(address: Address, all: readonly SharedLoss[]): SharedLoss | undefined {
  const [first, second] = all.filter(({ pattern }) => matchesQueue(pattern, address));
  if (first === undefined || second === undefined) return first;
  const message = `--allow-message-loss ${first.pattern.text} and ${second.pattern.text} both match ${address}`;
  const hint = 'leave one out, or name the queue by its address, which overrides patterns';
  throw new InvalidInput([{ code: 'wrong-flag', message, hint }]);
}

/**
 * Replaces `as-shown` by a number, from what the steps show; if they show no count, nothing is
 * agreed.
 */
export function fixShared(consents: Consents, steps: readonly Step[]): SharedLoss[] {
  const losses = new SharedLosses(consents, steps);
  return consents.messageLossOf.map((shared) => {
    const { queues, messages } = losses.countOf(shared);
    const isOpen = shared.bound === 'as-shown' && queues > 0;
    return isOpen ? { ...shared, bound: withMargin(messages) } : shared;
  });
}

/** Consumers of a vhost's queues go with its connections. */
export function mayLoseConsumers(
  { address, because = address }: Pick<Step, 'address' | 'because'>,
  { disconnect, disconnectOf }: Consents,
): boolean {
  return (
    disconnect.has(address) ||
    disconnect.has(because) ||
    disconnectOf.some((pattern) => matchesQueue(pattern, address))
  );
}

const messagesOf = ({ depth }: Step): number =>
  depth?.kind === 'known' ? depth.ready + depth.unacked : 0;

export const sharedLossFlag = ({ text }: QueuePattern, bound: number): string =>
  `topo apply --allow-message-loss ${shellWord(`${text}=${bound}`)}`;

interface Budget {
  /** How many messages may go beyond those already counted. */
  free: number;
  /** How many queues have yet to go. */
  waiting: number;
}

/**
 * Divides a shared bound among queues that go at the same time, so that together they never exceed
 * it.
 */
export class SharedBudgets {
  readonly #losses: SharedLosses;
  readonly #budgets = new Map<SharedLoss, Budget>();

  constructor(consents: Consents, steps: readonly Step[]) {
    this.#losses = new SharedLosses(consents, steps);
    for (const shared of consents.messageLossOf) {
      if (typeof shared.bound !== 'number') continue;
      const { queues, messages } = this.#losses.countOf(shared);
      this.#budgets.set(shared, {
        free: Math.max(0, shared.bound - messages),
        waiting: queues,
      });
    }
  }

  /**
   * Takes this queue's share; `settle` returns the unused rest. Undefined if the queue shares no
   * bound.
   */
  take(step: Step): Share | undefined {
    const shared = this.#losses.of(step.address);
    if (shared?.bound === 'all') return { consent: 'lose-messages', settle: () => undefined };
    const budget = shared && this.#budgets.get(shared);
    if (budget === undefined || step.depth?.kind !== 'known') return undefined;
    const more = Math.min(budget.free, Math.max(1, Math.floor(budget.free / budget.waiting)));
    budget.free -= more;
    budget.waiting--;
    const atMost = messagesOf(step) + more;
    return {
      consent: atMost > 0 ? { atMost } : 'disconnect',
      settle: (loss) => {
        budget.free += Math.max(0, atMost - wentWith(loss, atMost));
      },
    };
  }
}

interface Share {
  readonly consent: Consent;
  readonly settle: (loss: Loss | undefined) => void;
}

/** If unknown, all may be gone. */
function wentWith(loss: Loss | undefined, most: number): number {
  if (loss === undefined || loss.kind === 'uncounted') return most;
  return loss.ready + (loss.unacked ?? 0);
}
