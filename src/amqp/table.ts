// Renders arguments for AMQP exactly as the HTTP API stores them: integers have 64 bits, floats are
// double, nested tables are in byte order of their keys. Anything else makes a different binding.
import { Float, type Table, type Value } from '../topology/value.ts';

/** These arguments or names exist over HTTP only. */
export class NotInAmqp extends Error {}

const int64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n };
/** With more keys, the order in which HTTP stores a nested table can't be known. */
const orderedKeys = 32;
const nameBytes = 255;

/** amqplib takes a plain object; this one has no prototype, because `__proto__` is a legal key. */
export function renderTable(table: Table): object {
  const entries = [...table].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const result = Object.create(null) as Record<string, unknown>;
  for (const [key, value] of entries) result[renderName(key)] = renderValue(value);
  return result;
}

export function renderName(name: string): string {
  if (Buffer.byteLength(name) > nameBytes) throw new NotInAmqp('a name of over 255 bytes');
  return name;
}

function renderValue(value: Value): unknown {
  if (value instanceof Float) return typed('double', value.value);
  if (typeof value === 'bigint') return renderInteger(value);
  if (typeof value === 'number') {
    return Number.isInteger(value) ? renderInteger(BigInt(value)) : typed('double', value);
  }
  if (Array.isArray(value)) return value.map(renderValue);
  if (value instanceof Map) return renderNested(value as Table);
  return value;
}

function renderInteger(value: bigint): unknown {
  if (value < int64.min || value > int64.max) throw new NotInAmqp('an integer beyond 64 bits');
  return typed('int64', value);
}

function renderNested(table: Table): unknown {
  if (table.size > orderedKeys) throw new NotInAmqp('a nested table of over 32 keys');
  return typed('object', renderTable(table));
}

const typed = (type: string, value: unknown) => ({ '!': type, value });
