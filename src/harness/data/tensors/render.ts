// Writes safetensors. The same tensors give the same bytes, in whatever order they come.
import { ExpectedError } from '../../../topology/problem.ts';
import { quote } from '../../../topology/quote.ts';
import type { Layout, Place } from './layout.ts';
import { lengthBytes } from './parse.ts';
import { longestHeader, sizeOf, widthOf, type Form, type Forms, type Tensors } from './tensors.ts';

const alignment = 8;

/** Throws ExpectedError for a tensor whose data do not fit its shape. */
export function renderTensors(tensors: Tensors): Buffer {
  const { head, layout } = layOut(tensors);
  const data = [...layout.places].map(([name, { dtype, shape }]) => {
    const { data: bytes } = tensors.get(name) ?? { data: new Uint8Array() };
    if (bytes.length !== sizeOf(dtype, shape)) throw unwritable(name);
    return bytes;
  });
  return Buffer.concat([head, ...data]);
}

/** Whether their header can be read back: it may be longer than the one that they came with. */
export const canBeRead = (forms: Forms): boolean =>
  layOut(forms).layout.headLength - lengthBytes <= longestHeader;

/**
 * The file of such tensors: what stands before their data, and where each has its place. Throws
 * ExpectedError for a name that none can have.
 */
export function layOut(forms: Forms): { readonly head: Buffer; readonly layout: Layout } {
  const ordered = [...forms].sort(byWidthAndName);
  const { entries, ends } = placeAll(ordered);
  const json = Buffer.from(`{${entries.join(',')}}`);
  // Padded with blanks, so that the data begin at a multiple of 8.
  const padded = Math.ceil(json.length / alignment) * alignment;
  const length = Buffer.alloc(lengthBytes);
  length.writeBigUInt64LE(BigInt(padded));
  const head = Buffer.concat([length, json, Buffer.alloc(padded - json.length, ' ')]);
  const places = new Map(
    ordered.map(([name, { dtype, shape }], at): [string, Place] => [
      name,
      {
        dtype,
        shape,
        begin: head.length + (ends[at - 1] ?? 0),
        end: head.length + (ends[at] ?? 0),
      },
    ]),
  );
  return {
    head,
    layout: { headLength: head.length, size: head.length + (ends.at(-1) ?? 0), places },
  };
}

/** What the header says of each, and where its data end. */
function placeAll(forms: readonly Named[]): { entries: string[]; ends: number[] } {
  const ends: number[] = [];
  const entries = forms.map(([name, { dtype, shape }]) => {
    if (name === '__metadata__') throw unwritable(name);
    const begin = ends.at(-1) ?? 0;
    const end = begin + sizeOf(dtype, shape);
    ends.push(end);
    return `${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: [begin, end] })}`;
  });
  return { entries, ends };
}

type Named = readonly [name: string, form: Form];

/** Wide elements first: so each lies at a multiple of its width. Names by their code units. */
const byWidthAndName = ([nameA, a]: Named, [nameB, b]: Named): number =>
  widthOf(b.dtype) - widthOf(a.dtype) || (nameA < nameB ? -1 : 1);

const unwritable = (name: string): ExpectedError =>
  new ExpectedError(`the tensor ${quote(name)} can't be written`, {
    hint: 'its data must fit its dtype and shape, and its name may not be __metadata__',
  });
