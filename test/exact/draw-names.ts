// Draws names that something might trip over.
import fc from 'fast-check';
import { nth } from './definitions.ts';

const awkward = [
  'orders',
  'größe',
  'a b',
  'a/b',
  'a%2Fb',
  '100%',
  'a+b',
  "it's",
  '"q"',
  'back\\slash',
  '🐇',
  'a?b=c&d',
  'a#b',
  '~',
  '-',
  'null',
  '5',
  '1.0',
  '__proto__',
  'constructor',
  '*',
  '[x]',
  'a:b',
  ' lead',
  '@at',
  'x'.repeat(150),
  '\u200f\u0085',
] as const;

/** The first case of a vhost has the plain names, `null` and `5` among them. */
export const names = fc.constantFrom(...awkward).map((name) => `${name}${nth}`);
