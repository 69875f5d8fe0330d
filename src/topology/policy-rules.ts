// Rules for policies and operator policies that RabbitMQ refuses, in any of its versions.
import { nearest } from './did-you-mean.ts';
import { patternBreaches } from './pattern-rules.ts';
import { applyToNames } from './policy-targets.ts';
import { policyKeys } from './policy-keys.ts';
import { misfit } from './policy-value.ts';
import type { Breach } from './problem.ts';
import { oneOf, quote } from './quote.ts';
import type { Table, Value } from './value.ts';

/** What the rules look at. */
export interface PolicyFields {
  readonly kind: 'policy' | 'operator_policy';
  readonly pattern: string;
  readonly 'apply-to': string;
  readonly definition: Table;
}

type PolicyRule = (policy: PolicyFields) => Breach[];

/** To add a rule, write a function and list it here. */
export const policyRules: readonly PolicyRule[] = [
  patternCompiles,
  applyToIsKnown,
  definitionIsNotEmpty,
  keysAreKnown,
  operatorsMaySetKeys,
  valuesFit,
  keysStandTogether,
];

function patternCompiles({ pattern }: PolicyFields): Breach[] {
  return patternBreaches(pattern, ['pattern']);
}

function applyToIsKnown({ 'apply-to': applyTo }: PolicyFields): Breach[] {
  if (applyToNames.includes(applyTo)) return [];
  const meant = nearest(applyTo.toLowerCase(), applyToNames);
  return [
    {
      code: 'unknown-apply-to',
      message: `a policy can't apply to ${quote(applyTo)}`,
      hint: meant ? `did you mean ${meant}?` : `RabbitMQ knows ${oneOf(applyToNames)}`,
      path: ['apply-to'],
    },
  ];
}

function definitionIsNotEmpty({ definition }: PolicyFields): Breach[] {
  if (definition.size > 0) return [];
  return [
    {
      code: 'empty-definition',
      message: 'the definition is empty',
      hint: 'RabbitMQ refuses it; set at least one key, such as max-length',
      path: ['definition'],
    },
  ];
}

function keysAreKnown({ definition }: PolicyFields): Breach[] {
  return keysOf(definition, (key) => {
    if (policyKeys.has(key)) return undefined;
    const meant = nearest(key.toLowerCase().replace(/^x-/, ''), policyKeys.keys());
    return {
      code: 'unknown-policy-key',
      message: `RabbitMQ does not know the policy key ${quote(key)}`,
      hint: meant
        ? `did you mean ${meant}?`
        : 'RabbitMQ refuses it, unless a plugin knows it; remove it',
      doubtful: 'argument',
    };
  });
}

function operatorsMaySetKeys({ kind, definition }: PolicyFields): Breach[] {
  if (kind === 'policy') return [];
  return keysOf(definition, (key) => {
    const known = policyKeys.get(key);
    if (known === undefined || known.operator !== undefined) return undefined;
    return {
      code: 'policy-key-of-users',
      message: `an operator policy can't set ${key}`,
      hint: `RabbitMQ refuses it; set it in a policy. Operator policies set ${oneOf(operatorKeys)}`,
    };
  });
}

const operatorKeys: readonly string[] = [...policyKeys]
  .filter(([, { operator }]) => operator !== undefined && operator.until === undefined)
  .map(([key]) => key);

function valuesFit({ definition }: PolicyFields): Breach[] {
  return keysOf(definition, (key, value) => {
    const wanted = policyKeys.get(key)?.value;
    const wrong = wanted && misfit(value, wanted);
    if (wrong === undefined) return undefined;
    return {
      code: 'policy-value',
      message: `${key} ${wrong}`,
      hint: 'RabbitMQ refuses it; correct the value, or remove the key',
    };
  });
}

type KeyBreach = Omit<Breach, 'path'>;

/** Checks each key; a breach is at the key's value. */
function keysOf(
  definition: Table,
  check: (key: string, value: Value) => KeyBreach | undefined,
): Breach[] {
  return [...definition].flatMap(([key, value]) => {
    const found = check(key, value);
    return found === undefined ? [] : { ...found, path: ['definition', key] };
  });
}

interface Together {
  /** The key that needs others, or excludes them. */
  readonly key: string;
  readonly message: string;
}

type TogetherRule = (definition: Table) => Together | undefined;

/** What RabbitMQ wants of keys that belong together. */
const togetherRules: readonly TogetherRule[] = [
  mirrorsNeedAMode,
  mirrorsHaveTheirParameter,
  shardsNeedANumber,
  oneUpstream,
  delaysNeedAMinimum,
  delaysAreInOrder,
];

function keysStandTogether({ definition }: PolicyFields): Breach[] {
  return togetherRules.flatMap((rule) => {
    const found = rule(definition);
    if (found === undefined) return [];
    const { key, message } = found;
    const hint = 'RabbitMQ refuses the policy; complete the definition, or remove the key';
    return { code: 'policy-keys', message, hint, path: ['definition', key] };
  });
}

function mirrorsNeedAMode(definition: Table): Together | undefined {
  const key = [...definition.keys()].find((one) => one.startsWith('ha-') && policyKeys.has(one));
  if (key === undefined || definition.has('ha-mode')) return undefined;
  return { key, message: `${key} needs ha-mode` };
}

function mirrorsHaveTheirParameter(definition: Table): Together | undefined {
  const mode = definition.get('ha-mode');
  const params = definition.get('ha-params');
  const isList = Array.isArray(params);
  if (mode === 'all' && params !== undefined)
    return { key: 'ha-params', message: 'ha-mode all takes no ha-params' };
  if (mode === 'exactly' && (params === undefined || isList))
    return { key: 'ha-mode', message: 'ha-mode exactly needs a number as ha-params' };
  if (mode === 'nodes' && !isList)
    return { key: 'ha-mode', message: 'ha-mode nodes needs a list of nodes as ha-params' };
  return undefined;
}

function shardsNeedANumber(definition: Table): Together | undefined {
  if (!definition.has('routing-key') || definition.has('shards-per-node')) return undefined;
  return { key: 'routing-key', message: 'routing-key needs shards-per-node' };
}

function oneUpstream(definition: Table): Together | undefined {
  const [first = '', second] = [...definition.keys()].filter((key) =>
    key.startsWith('federation-'),
  );
  if (second === undefined) return undefined;
  return { key: second, message: `${second} excludes ${first}` };
}

function delaysNeedAMinimum(definition: Table): Together | undefined {
  const type = definition.get('delayed-retry-type');
  if (type === undefined || type === 'disabled' || definition.has('delayed-retry-min'))
    return undefined;
  return {
    key: 'delayed-retry-type',
    message: 'delayed-retry-type needs delayed-retry-min',
  };
}

function delaysAreInOrder(definition: Table): Together | undefined {
  const least = Number(definition.get('delayed-retry-min'));
  const most = Number(definition.get('delayed-retry-max'));
  if (!(most < least)) return undefined;
  return { key: 'delayed-retry-max', message: 'delayed-retry-max is less than delayed-retry-min' };
}
