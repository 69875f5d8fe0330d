// Turns manifests of RabbitMQ's topology operator into entries of a topology file.
import { chooseBroker } from '../brokers.ts';
import type { Entry, Imported } from '../entry.ts';
import { numberedInstance } from '../numbered.ts';
import { namesOf } from '../others.ts';
import { kindOf, type Surroundings } from './kinds.ts';
import { parseManifest, type KubernetesObject, type Manifest } from './manifests.ts';
import { Secrets } from './secrets.ts';
import { specOf, Users } from './users.ts';

/** `broker`: the cluster to choose among several. Throws Misshapen. */
export function importManifests(manifests: readonly Manifest[], broker?: string): Imported {
  const objects = manifests.flatMap(parseManifest);
  const own = objects.filter(isOwn);
  const chosen = chooseBroker(own, clusterOf, { broker, what: 'cluster' });
  const secrets = new Secrets(objects);
  const around = { secrets, users: new Users(chosen, secrets) };
  const found = chosen.map((object) => entriesOfObject(object, around));
  const others = objects.filter((object) => !isOwn(object) && !secrets.isUsed(object));
  return {
    entries: found.flatMap(({ entries }) => entries),
    outputs: new Map(),
    remarks: [
      ...namesOf('left out, as they are no topology', others.map(titleOf)),
      ...found.flatMap(({ remarks }) => remarks),
    ],
  };
}

const isOwn = ({ group, kind }: KubernetesObject): boolean =>
  group === 'rabbitmq.com' && kindOf(kind) !== undefined;

const titleOf = ({ kind, name }: KubernetesObject): string => `${kind} ${name}`;

function clusterOf(object: KubernetesObject): string {
  const reference = specOf(object).map('rabbitmqClusterReference');
  const name = reference?.optionalPlainText('name');
  if (name === undefined) {
    const secret = reference?.map('connectionSecret')?.optionalPlainText('name') ?? 'none';
    return `secret ${secret}`;
  }
  const namespace = reference?.optionalPlainText('namespace') ?? object.namespace;
  return namespace === '' ? name : `${namespace}/${name}`;
}

function entriesOfObject(
  object: KubernetesObject,
  around: Surroundings,
): { entries: Entry[]; remarks: string[] } {
  const spec = specOf(object);
  const found = kindOf(object.kind)?.(object, spec, around) ?? [];
  if ('leftOut' in found)
    return { entries: [], remarks: [`${titleOf(object)} is left out: ${found.leftOut}`] };
  const isKept = spec.optionalPlainText('deletionPolicy') === 'retain';
  const comments = isKept ? ['its deletionPolicy is retain: topo has protect for that'] : [];
  const entries = found.map((entry, index) => ({
    ...entry,
    origin: titleOf(object),
    instance:
      entry.instance ?? numberedInstance([object.kind, object.namespace, index], object.name),
    comments: [...(entry.comments ?? []), ...comments],
  }));
  return { entries, remarks: [] };
}
