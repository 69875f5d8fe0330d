// Checks an AMQP field table as encoded on the wire, without decoding it.

/**
 * Levels of nested tables and lists, as far as people nest them; amqplib's decoder calls itself for
 * each.
 */
export const deepest = 64;

/** The size in bytes of each type of fixed size, by its tag. */
const sizes: ReadonlyMap<string, number> = new Map([
  ...sized(1, 'b', 'B', 't'),
  ...sized(2, 's', 'u'),
  ...sized(4, 'i', 'I', 'f'),
  ...sized(8, 'd', 'l', 'T'),
  ...sized(5, 'D'),
  ...sized(0, 'V'),
]);

function sized(bytes: number, ...tags: string[]): [string, number][] {
  return tags.map((tag) => [tag, bytes]);
}

interface Open {
  readonly end: number;
  /** A list has no names. */
  readonly isTable: boolean;
}

/** A field of this name would become the prototype, and make some fields of the table read-only. */
const prototype = Buffer.from('__proto__');

/** Whether amqplib can decode the table. It is given without its length. */
export function isReadable(table: Buffer): boolean {
  const open: Open[] = [{ end: table.length, isTable: true }];
  let at = 0;
  for (let inner = open.at(-1); inner !== undefined; inner = open.at(-1)) {
    const { end, isTable } = inner;
    if (at === end) {
      open.pop();
      continue;
    }
    if (isTable) {
      const start = at + 1;
      at = start + (table[at] ?? 0);
      if (prototype.equals(table.subarray(start, at))) return false;
    }
    const tag = String.fromCharCode(table[at++] ?? 0);
    const size = sizes.get(tag) ?? sizeOfLong(table, at, tag);
    if (size === undefined || at + size > end) return false;
    if (tag === 'F' || tag === 'A') {
      if (open.length > deepest) return false;
      open.push({ end: at + size, isTable: tag === 'F' });
      at += 4;
    } else at += size;
  }
  return true;
}

/** Includes the length that precedes it. Undefined if there is no such type, or no more bytes. */
function sizeOfLong(table: Buffer, at: number, tag: string): number | undefined {
  return 'SxFA'.includes(tag) && at + 4 <= table.length ? 4 + table.readUInt32BE(at) : undefined;
}

export interface Field {
  readonly name: string;
  /** Such as `S` for a text. */
  readonly tag: string;
  /** Without the length before it. */
  readonly value: Buffer;
  /** All of it, name included. */
  readonly bytes: Buffer;
}

/** The fields of the outermost table, given without its length; none of what can't be read. */
export function fieldsOf(table: Buffer): Field[] {
  const fields: Field[] = [];
  for (let at = 0; at < table.length;) {
    const tagAt = at + 1 + (table[at] ?? 0);
    const tag = String.fromCharCode(table[tagAt] ?? 0);
    const fixed = sizes.get(tag);
    const size = fixed ?? sizeOfLong(table, tagAt + 1, tag);
    const end = tagAt + 1 + (size ?? Infinity);
    if (end > table.length) return [];
    const start = tagAt + 1 + (fixed === undefined ? 4 : 0);
    const name = table.toString('utf8', at + 1, tagAt);
    const [value, bytes] = [table.subarray(start, end), table.subarray(at, end)];
    fields.push({ name, tag, value, bytes });
    at = end;
  }
  return fields;
}
