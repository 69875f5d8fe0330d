// Checks one line of a ledger field by field, as a run is built on it.
import { isRecord } from '../../../topology/json.ts';
import type { LedgerRecord } from '../model/records.ts';

type Check = (value: unknown) => boolean;
type Fields = Readonly<Record<string, Check>>;

export type ParsedRecord =
  | { readonly kind: 'record'; readonly record: LedgerRecord }
  /** Torn, or damaged. */
  | { readonly kind: 'damaged' }
  /** Whole, but no record that this version knows. */
  | { readonly kind: 'unknown'; readonly why: string };

export function parseRecord(line: string): ParsedRecord {
  const value = parse(line);
  if (!isRecord(value)) return { kind: 'damaged' };
  const kind = String(value['kind']);
  const fields = records.get(kind);
  if (fields === undefined) return { kind: 'unknown', why: `no record is of the kind "${kind}"` };
  const wrong = wrongFieldOf(value, { at: isCount, kind: isText, ...fields });
  if (wrong !== undefined) return { kind: 'unknown', why: `the record has a wrong ${wrong}` };
  return { kind: 'record', record: value as unknown as LedgerRecord };
}

/** Why a line could not be read back; undefined: it can. */
export function whyUnreadable(line: string): string | undefined {
  const parsed = parseRecord(line);
  if (parsed.kind === 'record') return undefined;
  return parsed.kind === 'damaged' ? 'it is no JSON object' : parsed.why;
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function wrongFieldOf(
  value: Readonly<Record<string, unknown>>,
  fields: Fields,
): string | undefined {
  const unknown = Object.keys(value).find((name) => !Object.hasOwn(fields, name));
  return unknown ?? Object.keys(fields).find((name) => fields[name]?.(value[name]) !== true);
}

const isText: Check = (value) => typeof value === 'string';
const isNumber: Check = (value) => typeof value === 'number' && Number.isFinite(value);
const isCount: Check = (value) => Number.isSafeInteger(value) && Number(value) >= 0;
const isHash: Check = (value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
const isMetrics: Check = (value) => isRecord(value) && Object.values(value).every(isNumber);
const one =
  (...known: readonly unknown[]): Check =>
  (value) =>
    known.includes(value);
const maybe =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const object =
  (fields: Fields): Check =>
  (value) =>
    isRecord(value) && wrongFieldOf(value, fields) === undefined;
const list =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);

const isStored = object({ sha256: isHash, bytes: isCount });
const isShard = object({ uri: isText, sha256: isHash });
const isUnit = object({
  id: isText,
  kind: one('init', 'train', 'evaluate'),
  round: isCount,
  shard: isCount,
});

const records = new Map<string, Fields>([
  [
    'began',
    {
      version: one(1),
      run: isText,
      job_sha256: isHash,
      rounds: isCount,
      shards: list(isShard),
      evaluation: maybe(isShard),
      salt: maybe(isText),
    },
  ],
  ['initial', { parameters: isStored }],
  [
    'accepted',
    {
      unit: isUnit,
      worker: isText,
      attempt: isCount,
      parameters: maybe(isStored),
      samples: isCount,
      metrics: isMetrics,
      started_at: isNumber,
      finished_at: isNumber,
    },
  ],
  ['rejected', { unit: isUnit, worker: isText, reason: isText }],
  [
    'closed',
    {
      round: isCount,
      parameters: isStored,
      momentum: maybe(isStored),
      metrics: isMetrics,
    },
  ],
  ['resumed', {}],
  ['went_back', { round: isCount }],
  ['finished', { why: one('rounds', 'target'), parameters: isStored }],
  ['failed', { reason: isText }],
  ['abandoned', {}],
]);
