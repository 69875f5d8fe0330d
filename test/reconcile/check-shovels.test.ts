// Shovels that end by themselves.
import { expect, test } from 'vitest';
import { warnOfPassingShovels } from '../../src/reconcile/check-shovels.ts';
import { kinds } from '../../src/topology/kinds/kinds.ts';
import { scopeOf } from './shorthand.ts';
import { toDesired } from './worlds.ts';

const uri = 'amqp://u:p@h';
const warned = (more: object, component = 'shovel'): string[] => {
  const value = { 'src-uri': uri, 'src-queue': 'a', 'dest-uri': uri, ...more };
  const one = kinds.parameter.normalize({ component, name: 's', value }, '/');
  return warnOfPassingShovels(toDesired([one], scopeOf(''))).map(({ message }) => message);
};

test.each([
  ['src-delete-after', 'queue-length'],
  ['delete-after', 500],
  ['src-delete-after-duration', 60],
])('one with %s is warned of', (key, value) => {
  expect(warned({ [key]: value })).toEqual([expect.stringContaining(`has moved what ${key} says`)]);
});

test('one that goes on is not, nor is what another plugin reads', () => {
  expect(warned({})).toEqual([]);
  expect(warned({ 'src-delete-after': 'never' })).toEqual([]);
  expect(warned({ 'src-delete-after': 'queue-length' }, 'of-a-plugin')).toEqual([]);
});
