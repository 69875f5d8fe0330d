// What an entry says about the password of a user: in one of several fields, from one of several
// sources.
import type { Section } from '../topology/kinds/kind.ts';
import type { RawUser } from '../topology/kinds/user.ts';
import type { Source } from '../topology/password.ts';
import type { Breach } from '../topology/problem.ts';
import type { Kept } from './fill.ts';
import type { Raw } from './raw-object.ts';

const fields = ['password', 'password_file', 'password_hash', 'generate'] as const;

/** Adds where the password comes from: plans show it in place of the password. */
export function withSource(section: Section, raw: Raw, kept: Kept): Raw {
  if (section !== 'users') return raw;
  const text = kept.find(({ path }) => fields.some((field) => field === path.at(-1)))?.text;
  return { ...raw, from: sourceIn(text) };
}

/** Only a whole expression says it all. */
function sourceIn(text = ''): Source {
  const name = /^\$\{env:([^{}]*)\}$/.exec(text)?.[1];
  return name === undefined ? { kind: 'entry' } : { kind: 'environment', name };
}

/** A password that is given in two ways. */
export function passwordConflict(section: Section, raw: Raw): Breach | undefined {
  if (section !== 'users') return undefined;
  const user = raw as RawUser;
  const [first, second] = fields.filter(
    (field) => user[field] !== undefined && user[field] !== false,
  );
  if (first !== undefined && second !== undefined) {
    return {
      code: 'password-conflict',
      message: `${first} and ${second} both say what the password is`,
      hint: 'keep one of the two',
      path: [second],
    };
  }
  if (user.hashing_algorithm === undefined || first === 'password_hash') return undefined;
  return {
    code: 'password-conflict',
    message: 'hashing_algorithm says how a password_hash was made, and there is none',
    hint: 'remove it: the broker hashes a password by its own setting',
    path: ['hashing_algorithm'],
  };
}
