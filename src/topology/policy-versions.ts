// What one version of RabbitMQ refuses of a policy, and what it accepts but never reads.
import { policyKeys, type PolicyKey, type PolicyTarget } from './policy-keys.ts';
import type { PolicyFields } from './policy-rules.ts';
import { targetsOf, versionsOfApplyTo } from './policy-targets.ts';
import { misfit } from './policy-value.ts';
import type { Breach } from './problem.ts';
import { oneOf, quote } from './quote.ts';
import type { Value } from './value.ts';
import { isWithin, renderSpan, type Span } from './versions.ts';

type VersionRule = (policy: PolicyFields, version: string) => Breach[];

/** Finds what this version refuses, and so the policy as a whole. */
export function refusedIn(version: string, policy: PolicyFields): Breach[] {
  return refusals.flatMap((rule) => rule(policy, version));
}

/** Finds what this version doesn't do as the policy says. */
export function idleIn(version: string, policy: PolicyFields): Breach[] {
  return idlers.flatMap((rule) => rule(policy, version));
}

const refusals: readonly VersionRule[] = [applyToExists, patternIsShort, keysExist, valuesFit];
const idlers: readonly VersionRule[] = [keysAct, keysArePermitted, queuesReject];

function applyToExists({ 'apply-to': applyTo }: PolicyFields, version: string): Breach[] {
  const accepted = versionsOfApplyTo(applyTo);
  if (accepted === undefined || isWithin(version, accepted)) return [];
  return [
    {
      code: 'apply-to-version',
      message: `RabbitMQ ${version} has no apply-to ${applyTo}`,
      hint: 'apply it to queues: a policy leaves out queues of a type that lacks one of its keys',
      path: ['apply-to'],
    },
  ];
}

const longestPattern = 1024;
const limitsPatterns: readonly Span[] = [{ since: '4.2.8', until: '4.3' }, { since: '4.3.2' }];

function patternIsShort({ pattern }: PolicyFields, version: string): Breach[] {
  const bytes = Buffer.byteLength(pattern);
  if (bytes <= longestPattern || !limitsPatterns.some((span) => isWithin(version, span))) return [];
  return [
    {
      code: 'long-pattern',
      message: `the pattern is ${bytes} bytes long`,
      hint: `RabbitMQ ${version} allows ${longestPattern}; divide it among several policies`,
      path: ['pattern'],
    },
  ];
}

function keysExist({ kind, definition }: PolicyFields, version: string): Breach[] {
  return [...definition.keys()].flatMap((key) => {
    const known = policyKeys.get(key);
    const span = kind === 'policy' ? known?.policy : known?.operator;
    if (span === undefined || isWithin(version, span)) return [];
    const what = kind === 'policy' ? 'policy' : 'operator policy';
    return {
      code: 'policy-key-version',
      message: `RabbitMQ ${version} refuses ${key} in ${what === 'policy' ? 'a' : 'an'} ${what}`,
      hint: key.startsWith('ha-') ? mirrorsWent : `it knows it ${renderSpan(span)}; remove the key`,
      path: ['definition', key],
    };
  });
}

const mirrorsWent = 'RabbitMQ 4 has no mirrored queues; use quorum queues, and remove the key';

function valuesFit({ definition }: PolicyFields, version: string): Breach[] {
  return [...definition].flatMap(([key, value]) => {
    const before = policyKeys.get(key)?.value.before;
    if (before === undefined || !isWithin(version, { until: before.version })) return [];
    const wrong = misfit(value, before.value);
    if (wrong === undefined) return [];
    return {
      code: 'policy-value-version',
      message: `${key} ${wrong}`,
      hint: `RabbitMQ ${version} refuses it; other values came with ${before.version}`,
      path: ['definition', key],
    };
  });
}

function keysAct(policy: PolicyFields, version: string): Breach[] {
  const { definition, 'apply-to': applyTo } = policy;
  const targets = targetsOf(applyTo);
  const takers = takersOf(policy, version);
  return [...definition.keys()].flatMap((key) => {
    const known = policyKeys.get(key);
    if (known === undefined || targets.length === 0) return [];
    const readers = readersOf(known, version);
    if (readers.some((reader) => takers.includes(reader))) return [];
    const barred = readers.filter((reader) => targets.includes(reader));
    return { ...idle(key, readers, barred, version), path: ['definition', key] };
  });
}

function idle(
  key: string,
  readers: readonly PolicyTarget[],
  barred: readonly PolicyTarget[],
  version: string,
): Omit<Breach, 'path'> {
  if (readers.length === 0) {
    return {
      code: 'ignored-policy-key',
      message: `RabbitMQ ${version} ignores ${key}`,
      hint: 'remove the key',
    };
  }
  if (barred.length > 0) {
    return {
      code: 'barred-policy',
      message: `no ${oneOf(barred.map(nameOf))} takes a policy with ${key} and these other keys`,
      hint: 'make a policy for each type of queue',
    };
  }
  return {
    code: 'idle-policy-key',
    message: `nothing that the policy applies to reads ${key}`,
    hint: `it is for ${readers.map((reader) => `${nameOf(reader)}s`).join(', ')}; change apply-to, or remove the key`,
  };
}

const names: Readonly<Record<PolicyTarget, string>> = {
  exchange: 'exchange',
  classic: 'classic queue',
  quorum: 'quorum queue',
  stream: 'stream',
};
const nameOf = (target: PolicyTarget): string => names[target];

const within = (version: string, span: Span | undefined): boolean =>
  span !== undefined && isWithin(version, span);

const readersOf = ({ acts }: PolicyKey, version: string): PolicyTarget[] =>
  (Object.keys(acts) as PolicyTarget[]).filter((target) => within(version, acts[target]));

/** What takes the policy: a queue with none of the keys that bar its type. */
function takersOf({ definition, 'apply-to': applyTo }: PolicyFields, version: string) {
  return targetsOf(applyTo).filter(
    (target) =>
      target === 'exchange' ||
      ![...definition.keys()].some((key) => within(version, policyKeys.get(key)?.bars[target])),
  );
}

function keysArePermitted({ definition }: PolicyFields, version: string): Breach[] {
  return [...definition.keys()].flatMap((key) => {
    const deprecated = policyKeys.get(key)?.deprecated;
    if (deprecated === undefined || !isWithin(version, deprecated)) return [];
    return {
      code: 'deprecated-policy-key',
      message: `RabbitMQ ${version} refuses ${key} unless its configuration permits it`,
      hint: `remove the key, or set deprecated_features.permit.${deprecated.feature} = true on every node`,
      path: ['definition', key],
    };
  });
}

function queuesReject(policy: PolicyFields, version: string): Breach[] {
  const overflow: Value | undefined = policy.definition.get('overflow');
  if (overflow !== 'reject-publish-dlx' || !takersOf(policy, version).includes('quorum')) return [];
  return [
    {
      code: 'overflow-of-quorum-queues',
      message: `quorum queues read ${quote(overflow)} as "drop-head", and drop messages`,
      hint: 'use reject-publish, or apply the policy to classic queues only',
      path: ['definition', 'overflow'],
    },
  ];
}
