// Makes headers and properties that amqplib has read writable again: it reads more than it writes.
import type { Channel } from 'amqplib';
import { deepest } from './field-table.ts';

/** Bytes of a short string: a property, or the name of a header. */
const longestShort = 255;

export const isShort = (text: string): boolean => Buffer.byteLength(text) <= longestShort;

/**
 * Whether amqplib reads a header of this name as written: it takes `__proto__` for the prototype.
 */
export const isName = (name: string): boolean => isShort(name) && name !== '__proto__';

/**
 * Renders a header's whole value as amqplib encodes it: text, numbers, booleans, null, bytes,
 * times, and lists and tables of these. Undefined for anything else, which is dropped.
 */
export function renderHeader(value: unknown, depth = deepest): unknown {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  if (typeof value === 'number') return renderNumber(value);
  // A table with a field `__proto__` may pass for bytes; that doesn't count.
  if (ArrayBuffer.isView(value)) return Buffer.isBuffer(value) ? value : undefined;
  if (typeof value !== 'object' || depth === 0) return undefined;
  if (Array.isArray(value)) return renderAll(value, (item) => renderHeader(item, depth - 1));
  // amqplib takes such a field for the type, even if a program wrote it.
  return Object.hasOwn(value, '!') ? renderTime(value) : renderTable(value, depth);
}

/** amqplib takes large fractions, and anything beyond 64 bits, for integers. */
function renderNumber(value: number): unknown {
  if (!Number.isFinite(value)) return undefined;
  return Number.isInteger(value) && Math.abs(value) < 2 ** 63 ? value : { '!': 'double', value };
}

function renderTime(value: object): unknown {
  const { '!': type, value: seconds } = value as { '!': unknown; value?: unknown };
  return type === 'timestamp' && isTime(seconds) ? { '!': type, value: seconds } : undefined;
}

function renderTable(value: object, depth: number): object | undefined {
  const fields = renderAll(Object.entries(value), ([name, field]) => {
    const rendered = isName(name) ? renderHeader(field, depth - 1) : undefined;
    return rendered === undefined ? undefined : ([name, rendered] as const);
  });
  return fields && Object.fromEntries(fields);
}

/** Undefined if one of them is. */
function renderAll<T, R>(items: readonly T[], render: (item: T) => R | undefined): R[] | undefined {
  const rendered: R[] = [];
  for (const item of items) {
    const one = render(item);
    if (one === undefined) return undefined;
    rendered.push(one);
  }
  return rendered;
}

/** Seconds since 1970, as an integer that JavaScript can represent. */
export const isTime = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0;

/** Bytes of a rendered header on the wire. */
export const sizeOfHeader = (name: string, value: unknown): number =>
  1 + Buffer.byteLength(name) + sizeOfValue(value);

function sizeOfValue(value: unknown): number {
  if (typeof value === 'string') return 5 + Buffer.byteLength(value);
  if (typeof value !== 'object' || value === null) return 9;
  if (Buffer.isBuffer(value)) return 5 + value.length;
  if (Array.isArray(value)) return 5 + sum(value.map(sizeOfValue));
  if (Object.hasOwn(value, '!')) return 9;
  return 5 + sum(Object.entries(value).map(([name, field]) => sizeOfHeader(name, field)));
}

/** An upper bound, in bytes, of properties as amqplib takes them. */
const sizeOfProperties = (properties: object): number =>
  sum(Object.entries(properties).map(([name, value]) => sizeOfProperty(name, value)));

function sizeOfProperty(name: string, value: unknown): number {
  return name === 'headers'
    ? sizeOfValue(value)
    : typeof value === 'string'
      ? 1 + Buffer.byteLength(value)
      : 8;
}

/** Bytes of a frame beside the properties: its own, and the body size. */
const overhead = 22;

/** Throws if the properties don't fit into a frame: the broker would close the connection. */
export function assertFits(properties: object, channel: Channel): void {
  const { frameMax } = (channel as unknown as { connection: { frameMax: number } }).connection;
  const size = sizeOfProperties(properties) + overhead;
  if (size > frameMax) throw new Error(`its properties have ${size} bytes, and ${frameMax} fit`);
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
