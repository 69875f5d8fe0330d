// A consent that no step needs is most likely a mistyped address, and the refusal it was to lift stands.
import { matchesQueue, type QueuePattern } from '../topology/queue-pattern.ts';
import type { Consents } from './consents.ts';
import type { Warning } from './plan.generated.ts';
import type { Step } from './step.ts';

export function warnOfUnusedConsents(steps: readonly Step[], consents: Consents): Warning[] {
  const going = steps.filter(({ kind }) => kind !== 'create').map(({ address }) => address);
  const addresses = new Set(going);
  const { messageLoss, messageLossOf, disconnect, disconnectOf } = consents;
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
  ];
}

const unused = (flag: string, what: string, whom: string): Warning => ({
  code: 'unused-consent',
  message: `${flag} ${what}: the plan neither deletes nor replaces ${whom}`,
  hint: 'take the address from the plan',
});
