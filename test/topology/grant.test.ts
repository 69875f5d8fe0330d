// The commands that errors print for a user without a right can be pasted as they are, whatever the
// names.
import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { addTag, grant, letIn, type Rights } from '../../src/topology/grant.ts';

/** Splits the command as a shell does. */
const wordsOf = (hint: string): string[] => {
  const command = hint.slice(hint.lastIndexOf('rabbitmqctl set_permissions'));
  return execFileSync('sh', ['-c', `printf '%s\\0' ${command}`], { encoding: 'utf8' }).split('\0');
};

test('a grant says what is needed, what to keep, and the command', () => {
  expect(grant('ci', '/', { write: ['billing.paid'], read: ['orders'] })).toBe(
    `user "ci" needs write on "billing.paid" and read on "orders" in vhost "/": see rabbitmqctl list_user_permissions ci, and keep what it shows, joined by |, in rabbitmqctl set_permissions -p / ci '' '^billing\\.paid$' '^orders$'`,
  );
});

describe('the patterns', () => {
  const rows: [situation: string, rights: Rights, patterns: string[]][] = [
    ['of several names', { configure: ['a', 'b', 'a'] }, ['^a$|^b$', '', '']],
    ['of the default exchange', { write: [''] }, ['', '^amq\\.default$', '']],
    [
      "of topo's records",
      { configure: ['topo.record.8f1c2a9-04d1b7e2.1'] },
      ['^topo\\.record\\.', '', ''],
    ],
    ['of a rehearsal', { configure: ['q.topo-rehearsal-0123abcd'] }, ['^q', '', '']],
    [
      'of what patterns are made of',
      { read: ['a*(b)[c]{1}^$|+?\\'] },
      ['', '', '^a\\*\\(b\\)\\[c\\]\\{1\\}\\^\\$\\|\\+\\?\\\\$'],
    ],
    [
      'of invisible characters',
      { read: ['a\u202e\u0007\n'] },
      ['', '', '^a\\xe2\\x80\\xae\\x07\\x0a$'],
    ],
  ];
  test.each(rows)('%s', (_, rights, patterns) => {
    expect(wordsOf(grant('ci', '/', rights)).slice(-4, -1)).toEqual(patterns);
  });
});

const hostile = ["it's", '$(touch /tmp/x)', '`id`', '; rm -rf /', '"', '\\', 'ä b', '-x', ''];
test.each(hostile)('a user, a vhost and a queue %j', (name) => {
  const words = ['rabbitmqctl', 'set_permissions', '-p', name, name];
  expect(wordsOf(grant(name, name, { configure: [name] })).slice(0, 5)).toEqual(words);
  expect(wordsOf(letIn(name, name))).toEqual([...words, '', '', '', '']);
});

describe('the scopes that a token lacks', () => {
  const token = { ofToken: 'ci' };
  const rows: [situation: string, hint: string, scopes: string][] = [
    ['for a tag', addTag(token, 'management'), 'the scope rabbitmq.tag:management'],
    ['for a vhost', letIn(token, '/'), 'the scope rabbitmq.read:%2F/*/*'],
    [
      'for several objects',
      grant(token, 'a b', { configure: ['x*y', 'z'], write: [''] }),
      'the scopes rabbitmq.configure:a%20b/x%2Ay rabbitmq.configure:a%20b/z rabbitmq.write:a%20b/amq.default/*',
    ],
    [
      "for topo's own objects",
      grant(token, 'v', { configure: ['topo.record.8f1c2a9.1', 'q.topo-rehearsal-0123abcd'] }),
      'the scopes rabbitmq.configure:v/topo.record.* rabbitmq.configure:v/q*',
    ],
  ];
  test.each(rows)('%s', (_, hint, scopes) => {
    const rest = "where rabbitmq is the broker's resource_server_id";
    expect(hint).toBe(`have a token issued that also has ${scopes}, ${rest}`);
  });
});
