// Policy patterns: topo decides only what Perl-compatible expressions and JavaScript agree on.
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
  // The two differ in letters beyond ASCII.
  ['^\\w+$', 'cafe', 'yes'],
  ['^\\w+$', 'café', 'perhaps'],
  ['^orders\\b', 'orders é', 'perhaps'],
  // And in line ends.
  ['^a.b$', 'a\rb', 'perhaps'],
  ['^a$', 'a\n', 'perhaps'],
  // JavaScript has other escapes, classes and groups.
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

test('a pattern that backtracks forever is given up, and later names stay unknown', () => {
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

test('a busy machine gets more time', () => {
  const names = Array.from({ length: 20_000 }, (_, n) => `name ${n}`);
  const usage = vi.spyOn(process, 'cpuUsage').mockReturnValue({ user: 0, system: 0 });
  const found = matchPattern('^(n|m)+ame [0-9]+$', names, 1);
  usage.mockRestore();
  expect(new Set(found)).toEqual(new Set(['yes']));
});

test('without time every answer is unknown', () => {
  expect(matchPattern('^a$', ['a', 'b'], 0)).toEqual(['perhaps', 'perhaps']);
});
