// Tells whether a JSON value is nested too deeply.
const deepest = 64;

/** Level by level: a call for each level is what must not happen. */
export function isTooDeep(value: unknown): boolean {
  let level = isNested(value) ? [value] : [];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > deepest) return true;
    level = level.flatMap((parent) => (Object.values(parent) as unknown[]).filter(isNested));
  }
  return false;
}

const isNested = (value: unknown): value is object => typeof value === 'object' && value !== null;
