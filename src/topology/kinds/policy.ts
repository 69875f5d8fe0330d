// The rows of policies and operator policies: they set what arguments of queues and exchanges leave
// open. An operator policy sets limits that users' policies can't lift.
import { encode } from '../address.ts';
import { nameBreaches } from '../name-rules.ts';
import type { OperatorPolicy, Policy } from '../object.ts';
import { policyRules } from '../policy-rules.ts';
import { quote } from '../quote.ts';
import { Float } from '../value.ts';
import { tableOf, textOf, type KindRow } from './kind.ts';

/** An entry of a definitions file, a topology file or the management API. */
interface RawPolicy {
  name: unknown;
  vhost?: string;
  pattern: string;
  'apply-to'?: string | null;
  priority?: unknown;
  definition: object;
}

/** Also of operator policies, as the management API sets them. */
const toAll = 'all';

function normalizer<T extends Policy | OperatorPolicy>(kind: T['kind']) {
  return (raw: object, vhost: string): T => {
    const policy = raw as RawPolicy;
    const fields = {
      kind,
      vhost: policy.vhost ?? vhost,
      name: textOf(policy.name),
      pattern: policy.pattern,
      'apply-to': policy['apply-to'] ?? toAll,
      priority: priorityOf(policy.priority),
      definition: tableOf(policy.definition),
    };
    return fields as T;
  };
}

function priorityOf(priority: unknown): number {
  const number = Number(priority instanceof Float ? priority.value : (priority ?? 0));
  return Number.isNaN(number) ? 0 : number;
}

function rowOf<T extends Policy | OperatorPolicy>(
  kind: T['kind'],
  section: 'policies' | 'operator_policies',
): KindRow<T> {
  const path = section.replace('_', '-');
  const words = kind.replace('_', ' ');
  const addressOf = ({ vhost, name }: T) => `${path}/${encode(vhost)}/${encode(name)}`;
  const render = ({ name }: T): string => `${words} ${quote(name)}`;
  return {
    section,
    path,
    changes: 'update',
    fields: {
      name: { type: 'string' },
      pattern: { type: 'string' },
      'apply-to': { type: 'string', byDefault: toAll },
      priority: { type: 'number', byDefault: 0 },
      definition: { type: 'map' },
    },
    attributes: ['pattern', 'apply-to', 'priority', 'definition'],
    rules: [({ name }) => nameBreaches(name, `${words} name`, ['name']), ...policyRules],
    normalize: normalizer(kind),
    addressOf,
    homeOf: (object) => ({ address: addressOf(object), kind, name: object.name }),
    namesOf: ({ name }) => [name],
    isBrokersOwn: () => false,
    render,
    renderIdentity: render,
  };
}

export const policy = rowOf<Policy>('policy', 'policies');
export const operatorPolicy = rowOf<OperatorPolicy>('operator_policy', 'operator_policies');
