// Tables of results: what is written reads back equal, whatever stands in it.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseCsv, renderCsv, toCsvRow } from '../../../src/harness/results/csv.ts';
import { anyText } from '../../any-text.ts';

const values = fc.oneof(anyText(), fc.double(), fc.json(), fc.constant(null));
const rows = fc.array(
  fc
    .dictionary(anyText({ minLength: 1 }), values)
    .map((cells) => toCsvRow(new Map([['id', 'x'], ...Object.entries(cells)]))),
  { minLength: 1 },
);

test('a table that is read and written again is the same', () => {
  fc.assert(
    fc.property(rows, (all) => {
      const text = renderCsv(all, undefined);
      expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
      const read = parseCsv(text);
      expect(read).toHaveLength(all.length);
      expect(renderCsv(read ?? [], undefined)).toBe(text);
    }),
  );
});

test.each(['name\nx\n', 'id,a\nx\n', 'id\n"x\n', 'id\nx', 'id,a\nx,1,2\n'])(
  '%j is no such table',
  (text) => {
    expect(parseCsv(text)).toBeUndefined();
  },
);
