// How policies treat a queue otherwise once it is a quorum queue.
import { renderJson } from './json.ts';
import type { Policy } from './object.ts';
import type { Fit, Fitting } from './quorum-fit.ts';
import { quote } from './quote.ts';
import type { Table } from './value.ts';

/** A policy with a single key that quorum queues don't take does not apply to them at all. */
export function policyEnds({ before: { policy }, after }: Fitting): Fit | undefined {
  if (policy === undefined || after.policy?.name === policy.name) return undefined;
  const keys = [...policy.definition.keys()].sort();
  const mirrors = keys.filter((key) => key.startsWith('ha-'));
  const others = keys.filter((key) => !mirrors.includes(key));
  return others.length === 0 ? mirrorsEnd(policy, mirrors) : settingsEnd(policy, mirrors, others);
}

const mirrorsEnd = ({ name }: Policy, mirrors: readonly string[]): Fit => ({
  code: 'mirrors',
  message: `policy ${quote(name)} (${mirrors.join(', ')}) no longer applies: a quorum queue has replicas of its own`,
  hint: 'remove the policy once no queue has it: RabbitMQ 4 refuses it',
});

const settingsEnd = (
  policy: Policy,
  mirrors: readonly string[],
  others: readonly string[],
): Fit => ({
  code: 'policy-ends',
  message: `policy ${quote(policy.name)} no longer applies, nor does its ${others.join(', ')}: ${reasonFor(policy, mirrors)}`,
  hint: `declare a policy for quorum queues, or give the queue ${others.map((key) => `x-${key}`).join(', ')}`,
});

function reasonFor({ 'apply-to': applyTo }: Policy, mirrors: readonly string[]): string {
  if (mirrors.length > 0) return `quorum queues take no policy with ${mirrors.join(', ')}`;
  if (applyTo === 'classic_queues') return 'it applies to classic_queues';
  return 'another one comes first, or they do not take one of its keys';
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
