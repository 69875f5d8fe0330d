// docs/reliability.md has the rows that npm run test:faults prints.
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { faultRows } from '../fault-rows.ts';

const page = await readFile(new URL('../../docs/reliability.md', import.meta.url), 'utf8');

test('each kind of fault has its row, in the same words', () => {
  const rows = page.split('\n').map((line) => line.split(/ *\| */).slice(1, 4));
  for (const { fault, how, holds } of Object.values(faultRows)) {
    expect(rows).toContainEqual([fault, how, holds]);
  }
});
