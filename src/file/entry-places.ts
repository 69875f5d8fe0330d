// Finds what the entries of a file declare, by their places.
import type { Address } from '../topology/address.ts';
import type { Desired } from '../topology/desired.ts';
import type { TopologyObject } from '../topology/object.ts';
import type { Position } from '../topology/problem.ts';
import { entrySections } from './entry-sections.ts';
import { hasExpression } from './expression.ts';
import type { ParsedFile } from './parse-file.ts';
import type { Entry } from './split.ts';
import { isRecord } from '../topology/json.ts';
import { Spelled, type Style } from './render-scalar.ts';

export function byPlace({ objects }: Desired, file: string): Map<string, TopologyObject[]> {
  const places = new Map<string, TopologyObject[]>();
  for (const { object, at } of objects.values()) {
    if (at.file !== file) continue;
    const place = `${at.line}:${at.col}`;
    const others = places.get(place);
    if (others) others.push(object);
    else places.set(place, [object]);
  }
  return places;
}

/** The overlays of an environment, by the objects that they have changed. */
export function overlaidIn({ objects }: Desired): Map<Address, Position> {
  return new Map(
    [...objects].flatMap(([address, { overlaid }]): [Address, Position][] =>
      overlaid === undefined ? [] : [[address, overlaid]],
    ),
  );
}

export function placeOf({ source }: ParsedFile, { start }: Entry): string {
  const { line, col } = source.at(start);
  return `${line}:${col}`;
}

/**
 * How entries spell vhosts that depend on a variable, by today's names: other environments differ.
 */
export function spelledVhosts(
  file: ParsedFile,
  declared: ReadonlyMap<string, readonly TopologyObject[]>,
  { expressions }: Style,
): Map<string, Spelled> {
  const spelled = new Map<string, Spelled>();
  for (const entry of expressions
    ? entrySections.flatMap((section) => file.entries[section])
    : []) {
    const vhost = isRecord(entry.value) && !isTemplate(entry) ? entry.value['vhost'] : undefined;
    const [object] = declared.get(placeOf(file, entry)) ?? [];
    if (typeof vhost === 'string' && hasExpression(vhost) && object && object.vhost !== null)
      spelled.set(object.vhost, new Spelled(vhost));
  }
  return spelled;
}

export const isTemplate = ({ value }: Entry): boolean => isRecord(value) && 'for_each' in value;
