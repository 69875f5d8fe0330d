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

/** Comments fill it up: what is told depends on the size, and queues take seconds to read. */
const fileOf = (bytes: number): string => {
  const queues = 'queues:\n  - { name: queue_of_somebody, durable: true }\n';
  return `${queues}${`#${'-'.repeat(98)}\n`.repeat(bytes / 100)}`;
};

test.each([
  { bytes: 1_300_000, flags: [], told: 'reading topology.yaml, 1 MB …\n' },
  { bytes: 1_300_000, flags: ['--quiet'], told: '' },
  { bytes: 900_000, flags: [], told: '' },
])('$bytes bytes, $flags', async ({ bytes, flags, told }) => {
  await writeFile(join(folder, 'topology.yaml'), fileOf(bytes));
  const { code, err } = await callTopo(['validate', ...flags], folder, {});
  expect({ code, err }).toEqual({ code: 0, err: told });
});
