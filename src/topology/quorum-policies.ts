// How policies treat a queue otherwise once it is a quorum queue.
import { renderJson } from './json.ts';
import type { Policy } from './object.ts';
import { policyKeys } from './policy-keys.ts';
import type { Fit, Fitting } from './quorum-fit.ts';
import { quote } from './quote.ts';
import type { Table } from './value.ts';

/** A policy with a single key that quorum queues don't take does not apply to them at all. */
export function policyEnds({ before: { policy }, after }: Fitting): Fit | undefined {
  if (policy === undefined || after.policy?.name === policy.name) return undefined;
  const keys = [...policy.definition.keys()].sort();
  const barring = keys.filter((key) => policyKeys.get(key)?.bars.quorum !== undefined);
  const missed = keys.filter((key) => policyKeys.get(key)?.acts.quorum !== undefined);
  return missed.length === 0
    ? nothingMissed(policy, barring)
    : settingsEnd(policy, barring, missed);
}

function nothingMissed({ name, definition }: Policy, barring: readonly string[]): Fit {
  const isMirror = barring.some((key) => key.startsWith('ha-'));
  const instead = isMirror
    ? 'a quorum queue has replicas of its own'
    : 'quorum queues have nothing that it would set';
  const why = isMirror ? ': RabbitMQ 4 refuses it' : '';
  return {
    code: isMirror ? 'mirrors' : 'policy-of-classic-queues',
    message: `policy ${quote(name)} (${[...definition.keys()].sort().join(', ')}) no longer applies: ${instead}`,
    hint: `remove the policy once no queue has it${why}`,
  };
}

const settingsEnd = (
  policy: Policy,
  barring: readonly string[],
  missed: readonly string[],
): Fit => ({
  code: 'policy-ends',
  message: `policy ${quote(policy.name)} no longer applies, nor does its ${missed.join(', ')}: ${reasonFor(policy, barring)}`,
  hint: `declare a policy for quorum queues with ${missed.join(', ')}, or give the queue the arguments`,
});

function reasonFor({ 'apply-to': applyTo }: Policy, barring: readonly string[]): string {
  if (barring.length > 0) return `quorum queues take no policy with ${barring.join(', ')}`;
  return applyTo === 'classic_queues' ? 'it applies to classic_queues' : 'another one comes first';
}

export function policyBegins({ before, after: { policy } }: Fitting): Fit | undefined {
  if (policy === undefined || before.policy?.name === policy.name) return undefined;
  const keys = [...policy.definition.keys()].sort().join(', ');
  return {
    code: 'policy-begins',
    message: `policy ${quote(policy.name)} (${keys}) applies from then on`,
    hint: 'check that it is meant for the queue',
  };
}

/** Quorum queues weigh policies against arguments in their own way. */
export function settingsDiffer({ before, after }: Fitting): Fit | undefined {
  if (before.policy?.name !== after.policy?.name) return undefined;
  const keys = new Set([...before.settings.keys(), ...after.settings.keys()]);
  const changed = [...keys].filter(
    (key) => shown(before.settings, key) !== shown(after.settings, key),
  );
  if (changed.length === 0) return undefined;
  const what = changed.map(
    (key) => `${key} ${shown(before.settings, key)} → ${shown(after.settings, key)}`,
  );
  return {
    code: 'settings',
    message: `${what.join(', ')}: here, a quorum queue prefers its policy to its argument`,
    hint: 'make policy and argument equal, or check that the new value will do',
  };
}

function shown(settings: Table, key: string): string {
  const value = settings.get(key);
  return value === undefined ? 'none' : renderJson(value);
}
