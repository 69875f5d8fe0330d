// Reads safetensors: 8 bytes with the length of the header, the header as JSON, then the tensors'
// bytes. Refuses anything else, as anyone may have written the file.
import { isRecord } from '../../../topology/json.ts';
import { parse } from 'lossless-json';
import { ExpectedError } from '../../../topology/problem.ts';
import { quote } from '../../../topology/quote.ts';
import { inFileOrder, type Layout, type Place } from './layout.ts';
import { isDtype, longestHeader, sizeOf, type Tensors } from './tensors.ts';

/** Bytes that hold the length of the header. */
export const lengthBytes = 8;

/** Of text beside the tensors, which is not kept: the same tensors have the same bytes. */
const metadata = '__metadata__';

/** The tensors' data are views into `bytes`. Throws ExpectedError. */
export function parseTensors(bytes: Uint8Array): Tensors {
  const { places } = parseLayout(bytes, bytes.length);
  return new Map(
    [...places].map(([name, { dtype, shape, begin, end }]) => [
      name,
      { dtype, shape, data: bytes.subarray(begin, end) },
    ]),
  );
}

/**
 * `head`: the bytes of a file up to where its data begin, at least; `size`: of the file. Throws
 * ExpectedError.
 */
export function parseLayout(head: Uint8Array, size: number): Layout {
  const headLength = headLengthOf(head, size);
  const header = parseHeader(head.subarray(lengthBytes, headLength));
  const places = new Map(
    Object.entries(header)
      .filter(([name]) => name !== metadata)
      .map(([name, entry]) => [name, parseEntry(name, entry, headLength)]),
  );
  checkPlaces(places, headLength, size);
  return { headLength, size, places };
}

/**
 * Where the data begin. `bytes`: the first of the file, lengthBytes at least if it has as many.
 * Throws ExpectedError.
 */
export function headLengthOf(bytes: Uint8Array, size: number): number {
  if (size < lengthBytes) throw broken(`it has ${size} bytes`);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > longestHeader || length > size - lengthBytes) {
    throw broken(`its header would have ${length.toString()} bytes, the file has ${size}`);
  }
  return lengthBytes + Number(length);
}

function parseHeader(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  const header = parseStrictly(bytes);
  if (!isRecord(header)) throw broken('its header is no JSON object');
  const texts = header[metadata] ?? {};
  if (!isRecord(texts) || !Object.values(texts).every((text) => typeof text === 'string')) {
    throw broken(`its ${metadata} is not a list of texts by name`);
  }
  return header;
}

function parseStrictly(bytes: Uint8Array): unknown {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    // A symbol is equal to no other: so are two entries, and a name that comes twice is always
    // told.
    return parse(text, undefined, { parseNumber: (digits) => Symbol(digits) });
  } catch (cause) {
    throw broken(`its header can't be read: ${quote(String(cause))}`, cause);
  }
}

function parseEntry(name: string, entry: unknown, headLength: number): Place {
  const what = `the tensor ${quote(name)}`;
  if (/\p{Surrogate}/u.test(name)) throw broken(`${what} has a name that is no text`);
  if (!isRecord(entry)) throw broken(`${what} is no JSON object`);
  const { dtype, shape, data_offsets: offsets, ...others } = entry;
  const [other] = Object.keys(others);
  if (other !== undefined) throw broken(`${what} has a field ${quote(other)}`);
  if (!isDtype(dtype)) throw broken(`${what} has a dtype that is not known`);
  const lengths = parseCounts(shape);
  if (lengths === undefined) throw broken(`${what} has no shape`);
  const [begin, end, more] = parseCounts(offsets) ?? [];
  if (begin === undefined || end === undefined || more !== undefined) {
    throw broken(`${what} has no data_offsets`);
  }
  const size = sizeOf(dtype, lengths);
  if (end - begin !== size) throw broken(`${what} has ${end - begin} bytes, not ${size}`);
  return { dtype, shape: lengths, begin: headLength + begin, end: headLength + end };
}

/** Whole numbers from 0 that are exact. */
function parseCounts(list: unknown): number[] | undefined {
  if (!Array.isArray(list)) return undefined;
  const counts = list.map((symbol) =>
    typeof symbol === 'symbol' && /^\d{1,16}$/.test(symbol.description ?? '')
      ? Number(symbol.description)
      : NaN,
  );
  return counts.every(Number.isSafeInteger) ? counts : undefined;
}

/** Each tensor begins where the one before it ends, and the last ends with the file. */
function checkPlaces(places: Layout['places'], headLength: number, size: number): void {
  let last = headLength;
  for (const [name, { begin, end }] of inFileOrder(places)) {
    if (begin !== last) {
      const what = begin < last ? 'overlaps the one before it' : 'leaves a gap before it';
      throw broken(`the tensor ${quote(name)} ${what}`);
    }
    last = end;
  }
  if (last !== size)
    throw broken(
      `its tensors have ${last - headLength} bytes, the file has ${size - headLength} for them`,
    );
}

const broken = (why: string, cause?: unknown): ExpectedError =>
  new ExpectedError(`this is no safetensors file: ${why}`, {
    hint: 'write it with topo-harness, or with save_file of the safetensors library',
    cause,
  });
