// Reads an entry of super_streams, which is valid by the schema, into the super stream that it
// declares.
import { breachesOf } from '../topology/kinds/kinds.ts';
import { isQueue, type TopologyObject } from '../topology/object.ts';
import type { Breach } from '../topology/problem.ts';
import { quote } from '../topology/quote.ts';
import { numberedKeys, partsOf, type SuperStream } from '../topology/super-stream.ts';
import { toTable } from '../topology/value.ts';

export interface RawSuperStream {
  name: string;
  vhost?: string;
  partitions?: number;
  routing_keys?: string[];
  arguments?: object;
}

const typeArgument = 'x-queue-type';

export function toSuperStream(raw: RawSuperStream, vhost: string): SuperStream {
  const table = new Map(toTable(raw.arguments ?? {}));
  if (table.get(typeArgument) === 'stream') table.delete(typeArgument);
  const keys = raw.routing_keys ?? numberedKeys(raw.partitions ?? 0);
  return { vhost: raw.vhost ?? vhost, name: raw.name, keys, arguments: table };
}

type Rule = (raw: RawSuperStream, stream: SuperStream) => readonly Breach[];

/** To add a rule, write a function and list it here; only the first broken rule is reported. */
const rules: readonly Rule[] = [partitionsOrKeys, keysDiffer, partitionsAreStreams, partsAreSound];

export function superStreamBreaches(raw: RawSuperStream, stream: SuperStream): readonly Breach[] {
  return rules.map((rule) => rule(raw, stream)).find(({ length }) => length > 0) ?? [];
}

function partitionsOrKeys({ name, partitions, routing_keys }: RawSuperStream): Breach[] {
  const isGiven = [partitions, routing_keys].filter((field) => field !== undefined);
  if (isGiven.length === 1) return [];
  const what = isGiven.length === 0 ? 'neither partitions nor' : 'both partitions and';
  return [
    {
      code: 'partitions-or-keys',
      message: `super stream ${quote(name)} has ${what} routing_keys`,
      hint: 'write one: partitions: 3, or routing_keys: [eu, us] for a partition of each key',
      path: [isGiven.length === 0 ? 'name' : 'routing_keys'],
    },
  ];
}

function keysDiffer({ routing_keys: keys = [] }: RawSuperStream): Breach[] {
  const repeated = keys.findIndex((key, nth) => keys.indexOf(key) < nth);
  if (repeated < 0) return [];
  return [
    {
      code: 'repeated-key',
      message: `the routing key ${quote(keys[repeated] ?? '')} is given twice`,
      hint: 'each partition has a key of its own; remove one of the two',
      path: ['routing_keys', String(repeated)],
    },
  ];
}

function partitionsAreStreams(_: RawSuperStream, { arguments: table }: SuperStream): Breach[] {
  if (!table.has(typeArgument)) return [];
  return [
    {
      code: 'not-a-stream',
      message: 'the partitions of a super stream are streams',
      hint: `remove ${typeArgument}`,
      path: ['arguments', typeArgument],
    },
  ];
}

/** The partitions are alike: what is wrong with the first wrong part is enough. */
function partsAreSound(raw: RawSuperStream, stream: SuperStream): Breach[] {
  for (const part of partsOf(stream)) {
    const breaches = breachesOf(part);
    if (breaches.length > 0)
      return breaches.map((breach) => ({ ...breach, path: fieldOf(breach, part, raw, stream) }));
  }
  return [];
}

/** The field of the entry that a field of a part is made of. */
function fieldOf(
  { path }: Breach,
  part: TopologyObject,
  { routing_keys: keys }: RawSuperStream,
  { name }: SuperStream,
): Breach['path'] {
  if (path[0] === 'arguments') return path;
  if (keys === undefined || !isQueue(part)) return ['name'];
  return ['routing_keys', String(keys.indexOf(part.name.slice(name.length + 1)))];
}
