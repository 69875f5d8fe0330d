// A migration under live traffic. npm run test:faults has more, and larger ones.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { freshVhost } from '../broker.ts';
import { migrate, type Migration } from './migration.ts';

// A busy machine takes its time.
vi.setConfig({ testTimeout: 300_000 });

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-migration-'));
});
afterAll(() => rm(folder, { recursive: true }));

const one: Migration = {
  ...{ change: 'classic → quorum', messages: 800, backlog: 300, rate: 300 },
  ...{ workers: 0, prefetch: 1, takes: 0 },
};

test('classic → quorum', async () => {
  const { wrong, figures } = await migrate(one, { vhost: await freshVhost(), folder });
  expect(wrong, JSON.stringify(figures)).toEqual([]);
});
