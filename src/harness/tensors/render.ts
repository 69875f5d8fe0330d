// Writes safetensors. The same tensors have the same bytes, in whatever order they come.
import { ExpectedError } from '../../topology/problem.ts';
import { quote } from '../../topology/quote.ts';
import { longestHeader, sizeOf, widthOf, type Tensor, type Tensors } from './tensors.ts';

const alignment = 8;

/** Throws ExpectedError for a tensor whose data do not fit its shape. */
export function renderTensors(tensors: Tensors): Buffer {
  const ordered = [...tensors].sort(byWidthAndName);
  const header = renderHeader(ordered);
  const length = Buffer.alloc(alignment);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, ...ordered.map(([, { data }]) => data)]);
}

/** Whether their header can be read back: it may be longer than the one that they came with. */
export const canBeRead = (tensors: Tensors): boolean =>
  renderHeader([...tensors].sort(byWidthAndName)).length <= longestHeader;

/** Padded with blanks, so that the data begin at a multiple of 8. */
function renderHeader(tensors: readonly Named[]): Buffer {
  let end = 0;
  const entries = tensors.map(([name, { dtype, shape, data }]) => {
    if (name === '__metadata__' || data.length !== sizeOf(dtype, shape)) {
      throw new ExpectedError(`the tensor ${quote(name)} can't be written`, {
        hint: 'its data must fit its dtype and shape, and its name may not be __metadata__',
      });
    }
    const begin = end;
    end += data.length;
    return `${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: [begin, end] })}`;
  });
  const json = Buffer.from(`{${entries.join(',')}}`);
  const padded = Math.ceil(json.length / alignment) * alignment;
  return Buffer.concat([json, Buffer.alloc(padded - json.length, ' ')]);
}

type Named = readonly [name: string, tensor: Tensor];

/** Wide elements first: so each lies at a multiple of its width. Names by their code units. */
const byWidthAndName = ([nameA, a]: Named, [nameB, b]: Named): number =>
  widthOf(b.dtype) - widthOf(a.dtype) || (nameA < nameB ? -1 : 1);
