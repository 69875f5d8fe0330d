// The rules for users that need neither the broker nor other objects.
import { nearest } from './did-you-mean.ts';
import type { Rule } from './kinds/kind.ts';
import { limitRule } from './limit-rules.ts';
import { nameBreaches } from './name-rules.ts';
import type { User } from './object.ts';
import { hashingAlgorithms } from './password-hash.ts';
import { namesIn } from './secret-files.ts';
import { oneOf, quote } from './quote.ts';

export const userRules: readonly Rule<User>[] = [
  ({ name }) => nameBreaches(name, 'user name', ['name']),
  passwordText,
  passwordFile,
  passwordHash,
  hashingAlgorithm,
  limitRule('user', ['max-connections', 'max-channels']),
];

function passwordText({ password }: User): ReturnType<Rule<User>> {
  if (password?.kind !== 'text' || password.text?.reveal() !== '') return [];
  return [
    {
      code: 'empty-password',
      message: 'the password is empty, and RabbitMQ refuses every login with it',
      hint: 'for a user without a password, write password_hash: ""',
      path: ['password'],
    },
  ];
}

function passwordFile({ password }: User): ReturnType<Rule<User>> {
  if (password?.kind !== 'text' || password.from.kind !== 'file') return [];
  const { path } = password.from;
  if (namesIn(path) !== undefined) return [];
  return [
    {
      code: 'secret-path',
      message: `password_file ${quote(path)} leads out of the folder of secrets`,
      hint: 'write the path below the folder that --secrets-dir names, such as ci.password',
      path: ['password_file'],
    },
  ];
}

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function passwordHash({ password }: User): ReturnType<Rule<User>> {
  if (password?.kind !== 'hash' || base64.test(password.hash?.reveal() ?? '')) return [];
  return [
    {
      code: 'password-hash',
      message: 'the password_hash is no base64',
      hint: 'rabbitmqctl hash_password makes one, and exports hold them',
      path: ['password_hash'],
    },
  ];
}

function hashingAlgorithm({ password }: User): ReturnType<Rule<User>> {
  if (password?.kind !== 'hash' || hashingAlgorithms.includes(password.algorithm)) return [];
  const { algorithm } = password;
  const meant = nearest(algorithm, hashingAlgorithms);
  return [
    {
      code: 'hashing-algorithm',
      message: `RabbitMQ brings no hashing_algorithm ${quote(algorithm)} along, and takes its default instead`,
      hint: meant === undefined ? `write ${oneOf(hashingAlgorithms)}` : `did you mean ${meant}?`,
      path: ['hashing_algorithm'],
    },
  ];
}
