// Words for the secrets in the values of parameters.
import { isRecord } from '../topology/json.ts';
import { readVeiled } from '../topology/veiled.ts';

const secret = '(secret)';
const changed = '(another secret)';

/** Puts words in the place of secrets. `isAfter`: in the fields of what a change leads to. */
export function asTold(value: unknown, { isAfter = false } = {}): unknown {
  if (Array.isArray(value)) return value.map((item) => asTold(item, { isAfter }));
  if (!isRecord(value)) return value;
  const veiled = readVeiled(value);
  if (veiled !== undefined) return isAfter && !veiled.isKept ? changed : secret;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, asTold(item, { isAfter })]),
  );
}

export const isSecretChange = ({ before, after }: { before: unknown; after: unknown }): boolean =>
  before === secret && after === changed;
