// Finds what one version of RabbitMQ does differently with an object.
import type { AppliedPolicies } from './applied-policies.ts';
import {
  exchangeDifferences,
  queueDifferences,
  type Difference,
  type Effect,
  type Place,
  type VersionEffect,
} from './differences.ts';
import type { Kind, TopologyObject } from './object.ts';
import type { Breach } from './problem.ts';
import { isWithin } from './versions.ts';

/** What a version does with an object, and what to do about it. */
export interface Told extends Breach, Pick<VersionEffect, 'isRead' | 'feature'> {
  readonly effect: Effect;
}

type Teller<T> = (object: T, version: string, policies: AppliedPolicies) => Told[];
type ObjectOf<K extends Kind> = Extract<TopologyObject, { kind: K }>;

/** Kinds without a row are treated alike by all versions. */
const tellers: { readonly [K in Kind]?: Teller<ObjectOf<K>> } = {
  exchange: fromTable(exchangeDifferences),
  queue: fromTable(queueDifferences),
};

export function effectsIn(
  version: string,
  object: TopologyObject,
  policies: AppliedPolicies,
): Told[] {
  const teller = tellers[object.kind] as Teller<TopologyObject> | undefined;
  return teller?.(object, version, policies) ?? [];
}

interface Active<T> {
  readonly row: Difference<T>;
  readonly effect: VersionEffect;
}

/** There may be a hundred thousand objects: compare versions only once. */
function fromTable<T>(rows: readonly Difference<T>[]): Teller<T> {
  const known = new Map<string, readonly Active<T>[]>();
  return (object, version, policies) => {
    const active = known.get(version) ?? activeIn(version, rows);
    known.set(version, active);
    return active.flatMap(({ row, effect }) => {
      const place = row.find(object, policies);
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
