// A file of results on a disk that is full, at every size from empty to enough: what was added is
// there, and nothing in part.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { parseCsv } from '../../../src/harness/results/csv.ts';
import { openResultsFile } from '../../../src/harness/results/results-file.ts';
import { rowOf, type Row } from '../../../src/harness/results/row.ts';
import { ExpectedError } from '../../../src/topology/problem.ts';
import { canMount, mountDisk, type SmallDisk } from '../../small-disk.ts';

const at = '2026-11-28T10:00:00.000Z';
const batches = Array.from({ length: 8 }, (_, batch) =>
  Array.from({ length: 20 }, (_, n) =>
    rowOf({
      ...{ version: 1, task: `task-${batch}-${n}`, worker: 'w', attempt: 1, started_at: at },
      ...{ finished_at: at, labels: { note: 'x'.repeat(50) } },
    }),
  ),
);
const idsOf = (rows: readonly Row[]): string[] => rows.map((row) => String(row.get('id')));

function idsIn(path: string): string[] {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  if (path.endsWith('.csv')) return (parseCsv(text) ?? []).map((row) => row.get('id') ?? '');
  const lines = text.split('\n').slice(0, -1);
  return lines.map((line) => (JSON.parse(line) as { id: string }).id);
}

let disk: SmallDisk;
beforeAll(() => {
  if (canMount) disk = mountDisk();
});

test
  .skipIf(!canMount)
  .each(
    (['jsonl', 'csv'] as const).flatMap((format) =>
      Array.from({ length: 14 }, (_, pages) => ({ format, pages })),
    ),
  )('$format with room for $pages pages', async ({ format, pages }) => {
  disk.empty(pages);
  const path = join(disk.path, `r.${format}`);
  const added: string[] = [];
  const file = await openResultsFile(path, format, undefined);
  for (const rows of batches) {
    const error: unknown = await file.add(rows).catch((thrown: unknown) => thrown);
    if (error === undefined) added.push(...idsOf(rows));
    else {
      expect(error).toBeInstanceOf(ExpectedError);
      expect((error as ExpectedError).message).toBe(`--output ${path} can't be written: ENOSPC`);
    }
    expect(idsIn(path)).toEqual(added);
    expect(rows.some((row) => file.has(String(row.get('id'))))).toBe(error === undefined);
  }
  expect(disk.files().filter((name) => name !== `r.${format}`)).toEqual([]);
  await file.close();

  disk.makeRoom();
  const again = await openResultsFile(path, format, undefined);
  for (const rows of batches) {
    const missing = rows.filter((row) => !again.has(String(row.get('id'))));
    if (missing.length > 0) await again.add(missing);
  }
  await again.close();
  expect(idsIn(path).sort()).toEqual(batches.flatMap(idsOf).sort());
});
