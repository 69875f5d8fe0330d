// Runs every scenario. UPDATE_SCENARIOS=1 updates the expected output instead: read the difference
// before you commit it.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { runScenario } from './scenario.ts';

const folder = new URL('scenarios/', import.meta.url);

describe('scenarios', () => {
  const names = readdirSync(folder).filter((name) => name.endsWith('.txt'));

  test('are found', () => {
    expect(names.length).toBeGreaterThan(20);
  });

  test.each(names)('%s', async (name) => {
    const file = new URL(name, folder);
    const text = readFileSync(file, 'utf8');
    const actual = await runScenario(text);
    if (process.env['UPDATE_SCENARIOS'] === '1') writeFileSync(file, actual);
    else expect(actual).toBe(text);
  });
});
