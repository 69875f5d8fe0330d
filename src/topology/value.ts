// Values of arguments, exact: RabbitMQ tells 60000, 60000.0 and "60000" apart, and integers beyond 2^53.

/** A float without a fraction, such as 60000.0. Integers are `number`, or `bigint` beyond 2^53. */
export class Float {
  readonly value: number;
  constructor(value: number) {
    this.value = value;
  }
}

export type Value = null | boolean | string | number | bigint | Float | readonly Value[] | Table;
/** A map of arguments. A Map, because any name is legal, `__proto__` too. */
export type Table = ReadonlyMap<string, Value>;

/** The exact value of a number as it is written in JSON or YAML. */
export function parseNumber(text: string): number | bigint | Float {
  if (/^[-+]?\d+$/.test(text)) {
    const integer = Number(text);
    return Number.isSafeInteger(integer) ? integer : BigInt(text.replace(/^\+/, ''));
  }
  const float = Number(text);
  return Number.isInteger(float) ? new Float(float) : float;
}

/** How a number is written in JSON, so that it reads back as the same value. */
export function renderNumber(value: number | bigint | Float): string {
  if (!(value instanceof Float)) return String(value);
  const text = String(value.value);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

/** A plain object, as a parser makes it, as a table. */
export function toTable(object: object): Table {
  return new Map(Object.entries(object).map(([key, value]) => [key, toValue(value)]));
}

function toValue(value: unknown): Value {
  if (Array.isArray(value)) return value.map(toValue);
  if (value instanceof Map) return value as Table;
  if (value instanceof Float || value === null || typeof value !== 'object') return value as Value;
  return toTable(value);
}

/** Tables as plain objects, for JSON and YAML. */
export function toPlain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toPlain);
  if (value instanceof Float || value === null || typeof value !== 'object') return value;
  const entries = value instanceof Map ? [...(value as Table)] : Object.entries(value);
  return Object.fromEntries(entries.map(([key, item]) => [key, toPlain(item)]));
}

/** A text that is equal for equal values, whatever the order of their keys. */
export function canonical(value: Value): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value instanceof Map) {
    const table = value as Table;
    const entries = [...table.keys()]
      .sort()
      .map((key) => `${JSON.stringify(key)}:${canonical(table.get(key) ?? null)}`);
    return `{${entries.join(',')}}`;
  }
  if (value === null || typeof value === 'boolean') return String(value);
  return renderNumber(value as number | bigint | Float);
}
