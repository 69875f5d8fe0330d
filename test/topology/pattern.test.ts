// Patterns of policies: what is the same in Perl-compatible expressions and in JavaScript is
// decided, and nothing else.
import { expect, test, vi } from 'vitest';
import { matchPattern } from '../../src/topology/pattern.ts';
import type { Match } from '../../src/topology/policy.ts';

const rows: [pattern: string, name: string, match: Match][] = [
  ['.*', '', 'yes'],
  ['^orders$', 'orders', 'yes'],
  ['^orders$', 'orders2', 'no'],
  ['rde', 'orders', 'yes'],
  ['^amq\\.', 'amq.gen', 'yes'],
  ['^(?!amq\\.).*', 'amq.gen', 'no'],
  ['^a\\-b\\_c\\:d\\@e$', 'a-b_c:d@e', 'yes'],
  ['^[\\w\\-.]+$', 'a-b.c', 'yes'],
  ['^a{2,3}$', 'aaa', 'yes'],
  // Bytes, not characters: é is two.
  ['^caf.$', 'café', 'no'],
  ['^caf..$', 'café', 'yes'],
  ['^café$', 'café', 'yes'],
  ['^😀+$', '😀', 'yes'],
  // What a letter is beyond ASCII differs.
  ['^\\w+$', 'cafe', 'yes'],
  ['^\\w+$', 'café', 'perhaps'],
  ['^orders\\b', 'orders é', 'perhaps'],
  // Ends of lines do, too.
  ['^a.b$', 'a\rb', 'perhaps'],
  ['^a$', 'a\n', 'perhaps'],
  // JavaScript knows other escapes, classes and groups.
  ['^[[:alpha:]]+$', 'orders', 'perhaps'],
  ['\\Aorders\\z', 'orders', 'perhaps'],
  ['(?i)^ORDERS$', 'orders', 'perhaps'],
  ['^a++$', 'a', 'perhaps'],
  ['^(?>a+)b', 'aab', 'perhaps'],
  ['^(a)?b\\1$', 'b', 'perhaps'],
  ['^[]a]$', ']', 'perhaps'],
  ['^[]a[b]$', 'a', 'perhaps'],
  ['^[^]a[b]$', 'x', 'perhaps'],
  ['^a\\v$', 'a', 'perhaps'],
  ['^\\p{L}$', 'a', 'perhaps'],
  ['^{', '{', 'perhaps'],
  ['(', '(', 'perhaps'],
];

test.for(rows)('%s on %s: %s', ([pattern, name, match]) => {
  expect(matchPattern(pattern, [name], 200)).toEqual([match]);
});

test('a pattern that never ends is given up, and what it was not asked by then is not known', () => {
  const start = performance.now();
  const long = `${'a'.repeat(40)}!`;
  expect(matchPattern('^(a+)+$', ['aaa', 'b', long, 'aaa'], 100)).toEqual([
    'yes',
    'no',
    'perhaps',
    'perhaps',
  ]);
  expect(performance.now() - start).toBeLessThan(2_000);
});

test('a machine that gives its processor to others is waited for', () => {
  const names = Array.from({ length: 20_000 }, (_, n) => `name ${n}`);
  const usage = vi.spyOn(process, 'cpuUsage').mockReturnValue({ user: 0, system: 0 });
  const found = matchPattern('^(n|m)+ame [0-9]+$', names, 1);
  usage.mockRestore();
  expect(new Set(found)).toEqual(new Set(['yes']));
});

test('without time nothing is known', () => {
  expect(matchPattern('^a$', ['a', 'b'], 0)).toEqual(['perhaps', 'perhaps']);
});
