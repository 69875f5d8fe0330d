// A pattern with a fault is one that the broker refuses, whatever its version of PCRE.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { patternFault } from '../../src/topology/pattern-fault.ts';
import { broker, freshVhost } from '../broker.ts';
import { authorizationOf } from '../broker-of.ts';
import { atEffort } from '../effort.ts';

const pieces = [
  ...'a b z 0 9 . * + ? ^ $ | ( ) [ ] { } - \\ , : = ! < > # é _'.split(' '),
  ' ',
  ...['(?:', '(?=', '(?!', '(?<=', '(?<!', '(?i)', '(?<n>', "(?'o'", '(?>', '(?|', '(?#', '(?x)'],
  ...['[^', '[]', '[[:alpha:]]', '[:digit:]', '[[:foo:]]', '[[', '[.', '[a-z]', 'z-a', '[\\w-]'],
  ...[
    '\\d',
    '\\b',
    '\\A',
    '\\1',
    '\\2',
    '\\8',
    '\\12',
    '\\Q',
    '\\E',
    '\\x{41}',
    '\\c',
    '\\g',
    '\\k',
  ],
  ...['\\p{Lu}', '\\y', '\\N', '\\K', '\\X', '\\-', '\\]', '\\[', '\\\\', '\\0', '\\u'],
  ...[
    '{2}',
    '{2,}',
    '{5,2}',
    '{,3}',
    '{70000}',
    '(a)',
    '(*',
    '(*FAIL)',
    '(?(1)',
    '(?R)',
    '.*',
    '++',
  ],
];
const patterns = fc
  .array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 8 })
  .map((parts) => parts.join(''));

test('no pattern that the broker takes has a fault', { timeout: 300_000 }, async () => {
  const vhost = await freshVhost();
  const seen = { taken: 0, refused: 0, foreseen: 0 };
  const isTaken = async (pattern: string): Promise<boolean> => {
    const headers = { authorization: authorizationOf(broker), 'content-type': 'application/json' };
    const body = JSON.stringify({ pattern, definition: { 'max-length': 5 } });
    const url = `${broker.endpoint}/api/policies/${vhost}/p`;
    const { status } = await fetch(url, { method: 'PUT', headers, body });
    return status !== 400;
  };
  const law = fc.asyncProperty(patterns, async (pattern) => {
    const isFaulty = patternFault(pattern) !== undefined;
    const taken = await isTaken(pattern);
    seen[taken ? 'taken' : 'refused']++;
    if (isFaulty) seen.foreseen++;
    expect(taken && isFaulty).toBe(false);
  });
  await fc.assert(law, { numRuns: atEffort(400) });
  expect(seen.taken).toBeGreaterThan(20);
  expect(seen.foreseen).toBeGreaterThan(seen.refused / 3);
});
