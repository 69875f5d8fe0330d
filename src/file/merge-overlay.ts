// Merges an overlay into an entry: maps key by key, null removes, all else replaces.
import { isDeepStrictEqual } from 'node:util';
import { isRecord } from '../topology/json.ts';

export function mergeOverlay(base: unknown, overlay: unknown): unknown {
  if (!isRecord(overlay)) return overlay;
  const merged = new Map(Object.entries(isRecord(base) ? base : {}));
  for (const [name, value] of Object.entries(overlay)) {
    if (value === null) merged.delete(name);
    else merged.set(name, mergeOverlay(merged.get(name), value));
  }
  return Object.fromEntries(merged);
}

type FieldPath = readonly (string | number)[];

/** What an overlay changes, field by field: its values, and null for what it takes out. */
export class Changes {
  /** The values by their paths. An empty map changes something only where there is none. */
  readonly #values = new Map<string, { readonly path: FieldPath; readonly value: unknown }>();
  /** The maps around them, each with the path of a value in it. */
  readonly #around = new Map<string, FieldPath>();

  constructor(overlay: object) {
    this.#add(overlay, []);
  }

  #add(value: unknown, path: readonly string[]): void {
    const fields = isRecord(value) ? Object.entries(value) : [];
    if (fields.length === 0) this.#values.set(keyOf(path), { path, value });
    for (const [name, field] of fields) {
      this.#add(field, [...path, name]);
      if (!this.#around.has(keyOf(path))) this.#around.set(keyOf(path), [...path, name]);
    }
  }

  /** Whether they set this field, something in it, or what it is in. */
  touch(path: FieldPath): boolean {
    return this.#around.has(keyOf(path)) || prefixesOf(path).some((one) => this.#values.has(one));
  }

  /** A path that others set to another value, and theirs. */
  contradictionTo(others: Changes): readonly [own: FieldPath, other: FieldPath] | undefined {
    for (const [key, { path, value }] of this.#values) {
      const deeper = others.#around.get(key);
      if (deeper !== undefined) return [path, deeper];
      for (const prefix of prefixesOf(path)) {
        const other = others.#values.get(prefix);
        const isSame = prefix === key && isDeepStrictEqual(other?.value, value);
        if (other !== undefined && !isSame) return [path, other.path];
      }
    }
    return undefined;
  }
}

const keyOf = (path: FieldPath): string => path.join('\0');
const prefixesOf = (path: FieldPath): string[] =>
  path.map((_, index) => keyOf(path.slice(0, index + 1)));
