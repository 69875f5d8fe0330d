// Faults of patterns, with their place. The broker's own answers: pattern-fault.broker.test.ts.
import { expect, test } from 'vitest';
import { patternFault } from '../../src/topology/pattern-fault.ts';

const faulty: [pattern: string, at: number, what: string][] = [
  ['^orders(', 7, 'the ( has no )'],
  ['^(a(b)', 1, 'the ( has no )'],
  ['^orders)$', 7, 'the ) has no ('],
  ['*', 0, '* has nothing to repeat'],
  ['*.orders', 0, '* has nothing to repeat'],
  ['a|+b', 2, '+ has nothing to repeat'],
  ['(?:?)', 3, '? has nothing to repeat'],
  ['^*', 1, '* has nothing to repeat'],
  ['a**', 2, '* has nothing to repeat'],
  ['{2}', 0, '{2} has nothing to repeat'],
  ['(*)', 1, '* has nothing to repeat'],
  ['(?i)*', 4, '* has nothing to repeat'],
  ['a{5,2}', 1, '{5,2} has its numbers in the wrong order'],
  ['a{65536}', 1, '{65536} is more than 65535 times'],
  ['orders[', 6, 'the [ has no ]'],
  ['[]', 0, 'the [ has no ]'],
  ['[^]', 0, 'the [ has no ]'],
  ['[a-z\\', 0, 'the [ has no ]'],
  ['[a-z\\]', 0, 'the [ has no ]'],
  ['x[z-a]', 2, 'the range z-a is in the wrong order'],
  ['[[:letter:]]', 1, 'PCRE has no class [:letter:]'],
  ['[:alpha:]', 0, '[:…:] stands only inside of [ and ]'],
  ['orders\\', 6, 'it ends with a backslash'],
  ['orders\\c', 6, 'it ends with \\c'],
  ['\\u0041', 0, 'PCRE has no \\L, \\l, \\U and \\u'],
  ['(?z)', 0, 'PCRE has no group of this kind'],
  ['(?#note', 0, 'the (?# has no )'],
  ['(a)\\2', 3, 'there is no group 2'],
  ['(?<!.*)x', 5, '* is not allowed in a lookbehind, which needs a limited length'],
  ['(?<=(?:a{2,})b)', 8, '{2,} is not allowed in a lookbehind, which needs a limited length'],
  // Places count characters; classes hold bytes.
  ['é😀(', 3, 'the ( has no )'],
  ['[é-z]', 1, 'a range of bytes, as RabbitMQ reads it, is in the wrong order'],
];
test.for(faulty)('%s', ([pattern, at, what]) => {
  expect(patternFault(pattern)).toEqual({ at, what });
});

/** Valid, or read differently by the versions of PCRE. */
const sound = [
  '',
  '^(?!amq\\.).*',
  '^orders\\.(eu|us)$',
  '[]a]',
  '[^]a[b]',
  '[a-]',
  '[]-b-a]',
  '[[-b-a]',
  '[\\n-b-a]',
  '[[:^alpha:]-]',
  '[-[^\\c[:digit:]',
  '[\\Qz-a\\E]',
  'a{,3}',
  '{,3}',
  '{',
  'a{x}',
  'a+?b*+c??',
  '(?:a)?(?=b)*(?!c)+',
  '(?<=a|bc)(?<!d)e',
  '(?<=(?=a*)b)c',
  '(?i)(?-i:a)(?s-m:b)',
  '(?<n>a)(?P<m>b)\\2',
  "(?'n'a)\\1",
  '(?|(a)|(b))\\1',
  '\\8',
  '\\12',
  '\\x{41}\\x41\\p{Lu}\\pL\\cA\\07',
  '(a)(?#note)+',
  '.*(?#note)+',
  '(?x) a # (',
  '\\Q(\\E',
  '(*FAIL)',
  '(?R)',
  '\\_\\-\\@\\y',
  '\\N',
  'café|naïve',
];
test.for(sound)('%s has no fault', (pattern) => {
  expect(patternFault(pattern)).toBeUndefined();
});
