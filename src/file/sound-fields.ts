// Checks those fields of an entry that are sound if others are not, so that all its problems are
// told at once.
import type { Section } from '../topology/kinds/kind.ts';
import { breachesOf, kindOfSection, kinds } from '../topology/kinds/kinds.ts';
import { isRecord } from '../topology/json.ts';
import type { Breach } from '../topology/problem.ts';
import type { Filled } from './fill.ts';
import { normalize, strayArguments } from './raw-object.ts';

/** `filled`: an entry that its schema refuses, or that has no value for an expression. */
export function soundBreaches(section: Section, filled: Filled, vhost: string): readonly Breach[] {
  const sound = soundFields(filled);
  const stray = strayArguments(section, filled.value);
  if (sound === undefined) return stray;
  const object = normalize(section, { ...stand(section), ...sound }, vhost);
  const others = breachesOf(object).filter(
    ({ path: [field = ''] }) => field in sound && !tied.has(field),
  );
  return [...stray, ...others];
}

/** What a type allows depends on the arguments, and the other way round. */
const tied: ReadonlySet<string> = new Set(['type', 'arguments']);

/** Undefined if it is the entry as a whole that is wrong. */
function soundFields({ value, unsound }: Filled): Record<string, unknown> | undefined {
  if (!isRecord(value) || unsound.some((path) => path.length < 3)) return undefined;
  const wrong = new Set(unsound.map(([, , field]) => String(field)));
  return Object.fromEntries(Object.entries(value).filter(([name]) => !wrong.has(name)));
}

const anyOfType = {
  ...{ string: 'x', boolean: false, number: 0, list: [], map: {}, value: null },
} as const;

/** In the place of fields that are missing. A user may have no password. */
function stand(section: Section): Record<string, unknown> {
  const fields = Object.entries(kinds[kindOfSection(section)].fields);
  const needed = fields.filter(
    ([name, { byDefault }]) => byDefault === undefined && name !== 'password',
  );
  return Object.fromEntries(needed.map(([name, { type }]) => [name, anyOfType[type]]));
}
