// The table of kinds. A new kind is a file beside this one, a row here, and a row in the tables of
// the other rooms.
import type { Kind, TopologyObject } from '../object.ts';
import type { Breach } from '../problem.ts';
import { binding } from './binding.ts';
import { exchange } from './exchange.ts';
import type { KindRow, RowOf, Section } from './kind.ts';
import { globalParameter, parameter } from './parameter.ts';
import { permission } from './permission.ts';
import { operatorPolicy, policy } from './policy.ts';
import { queue } from './queue.ts';
import { topicPermission } from './topic-permission.ts';
import { user } from './user.ts';
import { vhost } from './vhost.ts';

/** In the order in which files, exports and counts list them. */
export const kinds: { readonly [K in Kind]: RowOf<K> } = {
  vhost,
  user,
  permission,
  topic_permission: topicPermission,
  exchange,
  queue,
  binding,
  policy,
  operator_policy: operatorPolicy,
  parameter,
  global_parameter: globalParameter,
};

export const allKinds = Object.keys(kinds) as readonly Kind[];

/** The kinds whose objects patterns of names can own. */
export const ownableKinds = allKinds.filter((kind) => kind !== 'binding');

/** The sections of a file that declare objects. */
export const sections: readonly Section[] = Object.values(kinds).map(({ section }) => section);

/** The row of an object, typed for exactly this object. */
export function kindOf<T extends TopologyObject>({ kind }: T): KindRow<T> {
  return kinds[kind] as unknown as KindRow<T>;
}

const bySection = new Map(allKinds.map((kind): [string, Kind] => [kinds[kind].section, kind]));

export function kindOfSection(section: string): Kind {
  const kind = bySection.get(section);
  if (kind === undefined) throw new Error(`no kind has the section ${section}`);
  return kind;
}

/** The kind whose addresses begin with this part. */
export function kindOfPath(path: string): Kind | undefined {
  return allKinds.find((each) => kinds[each].path === path);
}

const sound: readonly Breach[] = [];

/** Finds every problem with an object that needs neither the broker nor other objects. */
export function breachesOf(object: TopologyObject): readonly Breach[] {
  let found = sound;
  for (const rule of kindOf(object).rules) {
    const breaches = rule(object);
    if (breaches.length > 0) found = [...found, ...breaches];
  }
  return found;
}
