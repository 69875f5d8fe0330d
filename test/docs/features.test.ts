// docs/features.md names tests that exist, and answers yes for every kind of object.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { pluralOf } from '../../src/reconcile/tags.ts';
import { allKinds } from '../../src/topology/kinds/kinds.ts';

const tests = new URL('../', import.meta.url);
const page = readFileSync(new URL('../docs/features.md', tests), 'utf8');

const rows = [...page.matchAll(/^\| (.+?) +\| (.+?) +\| (.+?) +\|$/gm)]
  .map(([, question = '', answer = '', shown = '']) => ({ question, answer, shown }))
  .filter(({ question }) => question !== 'question' && !question.startsWith('--'));

const files = new Set(readdirSync(tests, { recursive: true, encoding: 'utf8' }));
const scenarios = [...files].flatMap((file) => /^cli\/scenarios\/(.+)\.txt$/.exec(file)?.[1] ?? []);

/** A name of a scenario may end with …, for what the next one ends with. */
const isThere = (name: string): boolean =>
  name.endsWith('.test.ts')
    ? files.has(name)
    : scenarios.some((scenario) => matches(scenario, name));
const matches = (scenario: string, name: string): boolean =>
  name.endsWith('…') ? scenario.startsWith(name.slice(0, -1)) : scenario === name;

test('the page has rows', () => {
  expect(rows.length).toBeGreaterThan(20);
});

test.each(rows)('$question: its tests exist', ({ shown }) => {
  const names = [...shown.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
  expect(names).not.toEqual([]);
  expect(names.filter((name) => !isThere(name))).toEqual([]);
});

describe('the answer is yes for', () => {
  const known = [...allKinds.map(pluralOf), 'vhosts and their limits', 'users and their limits'];
  test.each([...known, 'exchanges of every type', 'super streams'])('%s', (kind) => {
    const about = rows.filter(({ question }) => new RegExp(`\\b${kind}\\b`).test(question));
    expect(about.map(({ answer }) => answer)).toContainEqual(expect.stringMatching(/^yes\b/));
  });
});
