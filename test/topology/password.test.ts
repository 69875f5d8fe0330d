// Passwords are compared without being shown, whatever they come from.
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import {
  hashingAlgorithms,
  hashPassword,
  impliedAlgorithm,
} from '../../src/topology/password-hash.ts';
import {
  isSamePassword,
  livePassword,
  parsePassword,
  renderPassword,
  type Password,
} from '../../src/topology/password.ts';
import { namesIn } from '../../src/topology/secret-files.ts';
import { Secret } from '../../src/topology/secret.ts';

const sha256 = 'rabbit_password_hashing_sha256';
const sha512 = 'rabbit_password_hashing_sha512';
const inEnvironment = { kind: 'environment', name: 'CI_PASSWORD' } as const;
const hash = hashPassword('sesame', sha512);

const live = livePassword(hash, sha512);
const none = livePassword('', sha256);
const sesame: Password = { kind: 'text', text: new Secret('sesame'), from: inEnvironment };
const other: Password = { kind: 'text', text: new Secret('other'), from: { kind: 'entry' } };
const unread: Password = { kind: 'text', from: { kind: 'file', path: 'ci' } };
const given: Password = {
  kind: 'hash',
  hash: new Secret(hash),
  algorithm: sha512,
  from: inEnvironment,
};
const generated: Password = { kind: 'generated' };
const set: Password = { kind: 'set' };

describe('a user who has one password needs no change to have', () => {
  const rows: [what: string, a: Password, b: Password, expected: boolean][] = [
    ['its text', sesame, live, true],
    ['another text', other, live, false],
    ['a text that was not read', unread, live, false],
    ['its hash', given, live, true],
    ['its hash by another algorithm', { ...given, algorithm: sha256 }, live, false],
    ['another hash', { ...given, hash: new Secret(hashPassword('sesame')) }, live, false],
    ['one that topo made', generated, live, true],
    ['any', set, live, true],
    ['none', none, live, false],
    ['none, having none', none, { kind: 'none' }, true],
    ['one that topo makes, having none', generated, none, false],
    ['any, having none', set, none, false],
    ['the same text', sesame, { ...sesame }, true],
  ];
  test.each(rows)('%s', (_, a, b, expected) => {
    expect([isSamePassword(a, b), isSamePassword(b, a)]).toEqual([expected, expected]);
  });
});

test.each(hashingAlgorithms)('a hash by %s is known by its length', (algorithm) => {
  expect(impliedAlgorithm(hashPassword('sesame', algorithm))).toBe(algorithm);
});

test('what stands for a password in a plan reads back', () => {
  const all = [none, set, generated, sesame, other, unread, given, live];
  const texts = all.map(renderPassword);
  expect(texts).toEqual([
    'not set',
    'set',
    'generated',
    'from $CI_PASSWORD',
    'from the topology file',
    'from file ci',
    `hash by ${sha512} from $CI_PASSWORD`,
    'set',
  ]);
  const parsed = texts.map((text) => parsePassword(text));
  expect(parsed.map((password) => password && renderPassword(password))).toEqual(texts);
  expect(parsePassword('sesame')).toBeUndefined();
  const shown = inspect(all, { depth: null, showHidden: true }) + JSON.stringify(all);
  for (const secret of ['sesame', hash]) expect(shown).not.toContain(secret);
});

const paths: [path: string, names: string[] | undefined][] = [
  ['ci', ['ci']],
  ['team/ci.password', ['team', 'ci.password']],
  ['...', ['...']],
  ['/etc/shadow', undefined],
  ['../ci', undefined],
  ['team/../../ci', undefined],
  ['./ci', undefined],
  ['team//ci', undefined],
  ['team/', undefined],
  ['', undefined],
  ['team\\ci', undefined],
  ['C:ci', undefined],
  ['ci\0', undefined],
];
test.each(paths)('the path %j leads to %j', (path, names) => {
  expect(namesIn(path)).toEqual(names);
});
