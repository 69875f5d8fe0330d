// Headers and properties that amqplib has read, as it can write them again: it reads more than it writes.
import type { Channel } from 'amqplib';
import { deepest } from './field-table.ts';

/** Bytes of a short string: a property, or the name of a header. */
const longestShort = 255;

export const isShort = (text: string): boolean => Buffer.byteLength(text) <= longestShort;

/** Of a header that is read as it was written: where amqplib reads `__proto__`, it is the prototype. */
export const isName = (name: string): boolean => isShort(name) && name !== '__proto__';

/**
 * A header's value, whole, in what amqplib encodes: text, numbers, booleans, nothing, bytes, times, and lists and tables of these.
 * Undefined for anything else, which is not carried.
 */
export function renderHeader(value: unknown, depth = deepest): unknown {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return value;
  if (typeof value === 'number') return renderNumber(value);
  // What a table with a field `__proto__` passes for does not count.
  if (ArrayBuffer.isView(value)) return Buffer.isBuffer(value) ? value : undefined;
  if (typeof value !== 'object' || depth === 0) return undefined;
  if (Array.isArray(value)) return renderAll(value, (item) => renderHeader(item, depth - 1));
  // In amqplib such a field names the type, whoever wrote it.
  return Object.hasOwn(value, '!') ? renderTime(value) : renderTable(value, depth);
}

/** amqplib takes great fractions, and all beyond 64 bits, for integers. */
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

/** Undefined where one of them is. */
function renderAll<T, R>(items: readonly T[], render: (item: T) => R | undefined): R[] | undefined {
  const rendered: R[] = [];
  for (const item of items) {
    const one = render(item);
    if (one === undefined) return undefined;
    rendered.push(one);
  }
  return rendered;
}

/** Seconds since 1970, as a whole number that JavaScript holds. */
export const isTime = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0;

/** Bytes of a header with a value that was rendered, on the wire. */
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

/** At most so many bytes, of properties as amqplib takes them. */
const sizeOfProperties = (properties: object): number =>
  sum(Object.entries(properties).map(([name, value]) => sizeOfProperty(name, value)));

function sizeOfProperty(name: string, value: unknown): number {
  return name === 'headers'
    ? sizeOfValue(value)
    : typeof value === 'string'
      ? 1 + Buffer.byteLength(value)
      : 8;
}

/** What a frame has beside the properties: its own bytes, and the size of the content. */
const overhead = 22;

/** Throws where the frame of the properties would be too large: the broker would close the connection. */
export function assertFits(properties: object, channel: Channel): void {
  const { frameMax } = (channel as unknown as { connection: { frameMax: number } }).connection;
  const size = sizeOfProperties(properties) + overhead;
  if (size > frameMax) throw new Error(`its properties have ${size} bytes, and ${frameMax} fit`);
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);
