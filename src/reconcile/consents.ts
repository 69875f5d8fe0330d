// What the user agreed to lose, and warnings of consents that no step needs.
import type { Address } from '../topology/address.ts';
import { matchesQueue, type QueuePattern } from '../topology/queue-pattern.ts';
import type { LossBound } from './loss.ts';
import type { Warning } from './plan.generated.ts';
import type { Step } from './step.ts';

export interface Consents {
  readonly messageLoss: ReadonlyMap<Address, LossBound>;
  /** A bound for all matching queues together. */
  readonly messageLossOf: readonly SharedLoss[];
  readonly disconnect: ReadonlySet<Address>;
  readonly disconnectOf: readonly QueuePattern[];
  /** How many objects may be deleted at most, not counting bindings that go with one. */
  readonly deletes: number;
  /** Whether the user that topo runs as may change. */
  readonly self: boolean;
  /** Whether to write although the cluster is not fit for it. */
  readonly unhealthy: boolean;
  /** Queues to replace although a policy would do. */
  readonly replace: Chosen;
  /** Queues to which nobody publishes over the default exchange while they are replaced. */
  readonly directStopped: Chosen;
}

/** Queues, by their addresses or by patterns. */
export interface Chosen {
  readonly named: ReadonlySet<Address>;
  readonly like: readonly QueuePattern[];
}

const none: Chosen = { named: new Set(), like: [] };

export const isChosen = ({ named, like }: Chosen, address: Address): boolean =>
  named.has(address) || like.some((pattern) => matchesQueue(pattern, address));

export const noConsents: Consents = {
  messageLoss: new Map(),
  messageLossOf: [],
  disconnect: new Set(),
  disconnectOf: [],
  deletes: 0,
  self: false,
  unhealthy: false,
  replace: none,
  directStopped: none,
};

export interface SharedLoss {
  readonly pattern: QueuePattern;
  /** `all` applies to each queue; a number to their sum. */
  readonly bound: LossBound;
}

/** An unused consent is most likely a mistyped address: the refusal that it was to lift stands. */
export function warnOfUnusedConsents(steps: readonly Step[], consents: Consents): Warning[] {
  const going = steps.filter(({ kind }) => kind !== 'create').map(({ address }) => address);
  const losing = steps.filter(({ effect }) => effect?.loss).map(({ address }) => address);
  const addresses = new Set([...going, ...losing]);
  const { messageLoss, messageLossOf, disconnect, disconnectOf, replace, directStopped } = consents;
  const isUnused = (pattern: QueuePattern): boolean =>
    !going.some((address) => matchesQueue(pattern, address));
  const warn = (flag: string, named: Iterable<string>, patterns: readonly QueuePattern[]) => [
    ...[...named]
      .filter((address) => !addresses.has(address))
      .map((address) => unused(flag, address, 'it')),
    ...patterns.filter(isUnused).map(({ text }) => unused(flag, text, 'a queue that matches')),
  ];
  return [
    ...warn(
      '--allow-message-loss',
      messageLoss.keys(),
      messageLossOf.map(({ pattern }) => pattern),
    ),
    ...warn('--allow-disconnect', disconnect, disconnectOf),
    ...warn('--replace', replace.named, replace.like),
    ...warn('--direct-publishers-stopped', directStopped.named, directStopped.like),
  ];
}

const unused = (flag: string, what: string, whom: string): Warning => ({
  code: 'unused-consent',
  message: `${flag} ${what}: the plan neither deletes nor replaces ${whom}`,
  hint: 'take the address from the plan',
});
