// Brings the entries of an import into the form of a file: each object once, its vhost left out
// where it is the file's own, in an order that doesn't depend on the source.
import { canonical } from '../topology/value.ts';
import {
  importedSections,
  rowOf,
  Secret,
  type Entry,
  type Field,
  type FieldMap,
  type ImportedSection,
} from './entry.ts';

export interface Assembled {
  readonly vhost: string;
  readonly entries: readonly Entry[];
  readonly remarks: readonly string[];
}

export function assemble(entries: readonly Entry[]): Assembled {
  const { kept, remarks } = eachOnce(entries);
  const vhost = mainVhost(kept);
  const sorted = kept
    .map((entry) => ({ entry, key: sortKey(entry) }))
    .sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)));
  return {
    vhost,
    entries: sorted.map(({ entry }) => ({ ...entry, fields: tidy(entry, vhost) })),
    remarks,
  };
}

/** The vhost of all entries; of several, preferably /. */
function mainVhost(entries: readonly Entry[]): string {
  const vhosts = entries
    .filter(({ section }) => rowOf(section).isInVhost)
    .map(({ fields }) => fields.get('vhost'))
    .filter((vhost) => typeof vhost === 'string');
  const [first = '/', ...others] = new Set(vhosts);
  return others.includes('/') ? '/' : first;
}

/** Two resources may be about one object: the tool itself kept whichever came last. */
function eachOnce(entries: readonly Entry[]) {
  const kept = new Map<string, Entry>();
  const remarks: string[] = [];
  for (const entry of entries) {
    const key = `${entry.section} ${canonicalField(identityOf(entry))}`;
    const first = kept.get(key);
    if (first === undefined) kept.set(key, entry);
    else if (canonicalField(first.fields) !== canonicalField(entry.fields))
      remarks.push(
        `${entry.origin} is left out: ${first.origin} says otherwise of the same object`,
      );
  }
  return { kept: [...kept.values()], remarks };
}

function identityOf({ section, fields }: Entry): Field[] {
  const { identity, isInVhost } = rowOf(section);
  return [...(isInVhost ? ['vhost'] : []), ...identity].map((name) => fields.get(name) ?? null);
}

/** Equal secrets are equal, and so are unknown ones of one label. */
function canonicalField(field: Field): string {
  if (field instanceof Secret) return JSON.stringify(['secret', field.text ?? field.label]);
  if (field instanceof Map) {
    const pairs = [...(field as FieldMap)].map(([name, item]) => [name, canonicalField(item)]);
    return JSON.stringify(pairs.sort(([a = ''], [b = '']) => (a < b ? -1 : 1)));
  }
  if (Array.isArray(field)) return JSON.stringify((field as Field[]).map(canonicalField));
  return canonical(field);
}

const order = Object.keys(importedSections) as ImportedSection[];

function sortKey(entry: Entry): string {
  const section = String(order.indexOf(entry.section)).padStart(2, '0');
  const parts = identityOf(entry).map((part) => (typeof part === 'string' ? part : ''));
  return [section, ...parts, canonicalField(entry.fields)].join('\0');
}

/** Without what is there by default. */
function tidy({ section, fields }: Entry, vhost: string): FieldMap {
  const { defaults, isInVhost } = rowOf(section);
  const kept = [...fields].filter(([name, value]) => {
    if (name === 'vhost' && isInVhost) return value !== vhost;
    return !(Object.hasOwn(defaults, name) && defaults[name] === value);
  });
  const last = kept.filter(([name]) => name === 'vhost' || name === 'arguments');
  return new Map([...kept.filter((pair) => !last.includes(pair)), ...last.toReversed()]);
}
