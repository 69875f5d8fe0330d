// A big file keeps people waiting: it is said beforehand.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callTopo } from './topo.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-big-'));
});
afterAll(() => rm(folder, { recursive: true }));

const queues = (count: number): string =>
  Array.from(
    { length: count },
    (_, n) => `  - { name: queue_of_somebody_${n}, durable: true }\n`,
  ).join('');

test.each([
  { count: 25_000, flags: [], told: 'reading topology.yaml, 1 MB …\n' },
  { count: 25_000, flags: ['--quiet'], told: '' },
  { count: 10, flags: [], told: '' },
])('$count queues, $flags', async ({ count, flags, told }) => {
  await writeFile(join(folder, 'topology.yaml'), `queues:\n${queues(count)}`);
  const { code, err } = await callTopo(['validate', ...flags], folder, {});
  expect({ code, err }).toEqual({ code: 0, err: told });
});
