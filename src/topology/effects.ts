// Finds what one version of RabbitMQ does differently with an object.
import { bindingDifferences } from './binding-differences.ts';
import {
  exchangeDifferences,
  queueDifferences,
  type Around,
  type Difference,
  type Effect,
  type Place,
  type VersionEffect,
} from './differences.ts';
import type {
  Kind,
  ObjectOf,
  OperatorPolicy,
  Parameter,
  Policy,
  TopologyObject,
} from './object.ts';
import { parameterIgnoredIn, parameterRefusedIn } from './parameter-versions.ts';
import { idleIn, refusedIn } from './policy-versions.ts';
import type { Breach } from './problem.ts';
import {
  permissionDifferences,
  policyDifferences,
  topicPermissionDifferences,
  vhostDifferences,
} from './setting-differences.ts';
import { isWithin } from './versions.ts';

/** What a version does with an object, and what to do about it. */
export interface Told extends Breach, Pick<VersionEffect, 'isRead' | 'feature'> {
  readonly effect: Effect;
}

type Teller<T> = (object: T, version: string, around: Around) => Told[];

/** Kinds without a row are treated alike by all versions. */
const tellers: { readonly [K in Kind]?: Teller<ObjectOf<K>> } = {
  vhost: fromTable(vhostDifferences),
  exchange: fromTable(exchangeDifferences),
  queue: fromTable(queueDifferences),
  binding: fromTable(bindingDifferences),
  permission: fromTable(permissionDifferences),
  topic_permission: fromTable(topicPermissionDifferences),
  policy: ofPolicy,
  operator_policy: ofPolicy,
  parameter: ofParameter,
};

/** The kinds that versions treat differently. */
export const differingKinds = Object.keys(tellers) as readonly Kind[];

export function effectsIn(version: string, object: TopologyObject, around: Around): Told[] {
  const teller = tellers[object.kind] as Teller<TopologyObject> | undefined;
  return teller?.(object, version, around) ?? [];
}

interface Active<T> {
  readonly row: Difference<T>;
  readonly effect: VersionEffect;
}

/** There may be a hundred thousand objects: compare versions only once. */
function fromTable<T>(rows: readonly Difference<T>[]): Teller<T> {
  const known = new Map<string, readonly Active<T>[]>();
  return (object, version, around) => {
    const active = known.get(version) ?? activeIn(version, rows);
    known.set(version, active);
    return active.flatMap(({ row, effect }) => {
      const place = row.find(object, around);
      return place === undefined ? [] : toTold(row, effect, place, version);
    });
  };
}

function activeIn<T>(version: string, rows: readonly Difference<T>[]): Active<T>[] {
  return rows.flatMap((row) => {
    const effect = row.effects.find((each) => isWithin(version, each));
    return effect === undefined ? [] : { row, effect };
  });
}

function toTold<T>(
  { code, hint, says }: Difference<T>,
  { effect, isRead, feature }: VersionEffect,
  { path, what }: Place,
  version: string,
): Told {
  const message =
    effect === 'different'
      ? `RabbitMQ ${version}: ${says ?? what}`
      : `RabbitMQ ${version} ${verbs[effect]} ${what}`;
  return {
    ...{ code, effect, message, hint, path },
    ...(isRead && { isRead }),
    ...(feature !== undefined && { feature }),
  };
}

const verbs = { refused: 'refuses', ignored: 'ignores', deprecated: 'deprecates' } as const;

const patternsOf = fromTable(policyDifferences);

/** What policy-versions.ts finds, and what the pattern holds. */
function ofPolicy(policy: Policy | OperatorPolicy, version: string, around: Around): Told[] {
  const refused = refusedIn(version, policy).map(tellAs('refused'));
  const idle = idleIn(version, policy).map((breach) =>
    breach.code === 'deprecated-policy-key'
      ? { ...tellAs('refused')(breach), feature: masterLocator }
      : tellAs('ignored')(breach),
  );
  return [...refused, ...idle, ...patternsOf(policy, version, around)];
}

function ofParameter(parameter: Parameter, version: string): Told[] {
  const refused = parameterRefusedIn(version, parameter).map(tellAs('refused'));
  return [...refused, ...parameterIgnoredIn(version, parameter).map(tellAs('ignored'))];
}

const masterLocator = 'queue_master_locator';

const tellAs =
  (effect: Effect) =>
  (breach: Breach): Told => ({ ...breach, effect });
