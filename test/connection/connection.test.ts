import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { parseConnection } from '../../src/connection/connection.ts';
import { InvalidInput } from '../../src/topology/problem.ts';
import { renderToken } from './token.ts';

const folder = mkdtempSync(join(tmpdir(), 'topo-connection-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const passwordFile = file('password', 'from a file\n');
const tokenFile = file('token', `${renderToken({ sub: 'ci' })}\r\n`);
const notPem = file('not.pem', 'hello');

interface Shown {
  endpoint?: string;
  who?: string;
  amqp?: string;
  timeout?: number;
}
const rows: { name: string; env?: NodeJS.ProcessEnv; flags?: object; expected: Shown }[] = [
  {
    name: 'nothing set',
    expected: {
      endpoint: 'http://localhost:15672',
      who: 'guest:guest',
      amqp: 'guest:guest@localhost:5672',
      timeout: 30_000,
    },
  },
  {
    name: 'an endpoint over TLS with a path',
    env: { RABBITMQ_ENDPOINT: 'https://rabbit.example/mq/' },
    expected: {
      endpoint: 'https://rabbit.example/mq',
      amqp: 'tls guest:guest@rabbit.example:5671',
    },
  },
  {
    name: 'the flag over the environment',
    env: { RABBITMQ_ENDPOINT: 'http://a:1' },
    flags: { endpoint: 'http://b:2', timeout: 1.5 },
    expected: { endpoint: 'http://b:2', timeout: 1_500 },
  },
  {
    name: 'userinfo in the endpoint',
    env: { RABBITMQ_ENDPOINT: 'http://us%40er:p%2Fw@h:1', RABBITMQ_PASSWORD: 'other' },
    expected: { endpoint: 'http://h:1', who: 'us@er:p/w', amqp: 'us@er:p/w@h:5672' },
  },
  {
    name: 'an IPv6 address',
    env: { RABBITMQ_ENDPOINT: 'http://[::1]:15672' },
    expected: { endpoint: 'http://[::1]:15672', amqp: 'guest:guest@::1:5672' },
  },
  {
    name: 'a password in a file',
    env: { RABBITMQ_USERNAME: 'u', RABBITMQ_PASSWORD_FILE: passwordFile },
    expected: { who: 'u:from a file' },
  },
  {
    name: 'the same password twice',
    env: { RABBITMQ_PASSWORD: 'from a file', RABBITMQ_PASSWORD_FILE: passwordFile },
    expected: { who: 'guest:from a file' },
  },
  {
    name: 'a token',
    env: { RABBITMQ_TOKEN_FILE: tokenFile, RABBITMQ_ENDPOINT: 'http://h' },
    expected: {
      who: `ci:${renderToken({ sub: 'ci' })}`,
      amqp: `ci:${renderToken({ sub: 'ci' })}@h:5672`,
    },
  },
  {
    name: 'a token of a client',
    env: { RABBITMQ_TOKEN_FILE: file('of-client', renderToken({ client_id: 'deploy' })) },
    expected: { who: `deploy:${renderToken({ client_id: 'deploy' })}` },
  },
  {
    name: 'a token, and an AMQP_URL with credentials of its own',
    env: { RABBITMQ_TOKEN_FILE: tokenFile, AMQP_URL: 'amqp://a:b@h' },
    expected: { who: `ci:${renderToken({ sub: 'ci' })}`, amqp: 'a:b@h:5672' },
  },
  {
    name: 'settings set to nothing',
    env: { RABBITMQ_ENDPOINT: '', RABBITMQ_USERNAME: '', RABBITMQ_PASSWORD: '', AMQP_URL: '' },
    expected: { endpoint: 'http://localhost:15672', who: 'guest:guest' },
  },
  {
    name: 'an AMQP_URL with credentials of its own, its vhost not used',
    env: { AMQP_URL: 'amqps://a:b@mq.example/some?heartbeat=5' },
    expected: { who: 'guest:guest', amqp: 'tls a:b@mq.example:5671' },
  },
];

test.each(rows)('$name', ({ env = {}, flags = {}, expected }) => {
  const { endpoint, username, password, amqp, timeout } = parseConnection(env, flags);
  const who = `${username}:${password.reveal()}`;
  const amqpWho = `${amqp.username}:${amqp.password.reveal()}`;
  const prefix = amqp.tls === undefined ? '' : 'tls ';
  const shown = {
    endpoint,
    who,
    timeout,
    amqp: `${prefix}${amqpWho}@${amqp.hostname}:${amqp.port}`,
  };
  expect(shown).toMatchObject(expected);
});

const origins: [string, NodeJS.ProcessEnv, object, string][] = [
  ['nothing set', {}, {}, 'RABBITMQ_USERNAME and RABBITMQ_PASSWORD'],
  [
    'a password in a file',
    { RABBITMQ_PASSWORD_FILE: passwordFile },
    {},
    'RABBITMQ_USERNAME and RABBITMQ_PASSWORD_FILE',
  ],
  ['a token', { RABBITMQ_TOKEN_FILE: tokenFile }, {}, 'RABBITMQ_TOKEN_FILE'],
  [
    'userinfo in the endpoint',
    { RABBITMQ_ENDPOINT: 'http://u:p@h', RABBITMQ_USERNAME: 'other', RABBITMQ_PASSWORD: 'other' },
    {},
    'the user and the password in RABBITMQ_ENDPOINT',
  ],
  [
    'a user in the flag',
    { RABBITMQ_PASSWORD: 'p' },
    { endpoint: 'http://u@h' },
    'the user in --endpoint and RABBITMQ_PASSWORD',
  ],
];

test.each(origins)('credentials come from: %s', (_, env, flags, origin) => {
  expect(parseConnection(env, flags).origin).toBe(origin);
});

const doubts: [string, NodeJS.ProcessEnv, string[]][] = [
  ['no user is named', { AMQP_URL: 'amqp://a:b@h' }, []],
  ['AMQP_URL names none', { AMQP_URL: 'amqp://h', RABBITMQ_USERNAME: 'u' }, []],
  ['both name the same', { AMQP_URL: 'amqp://u:b@h', RABBITMQ_USERNAME: 'u' }, []],
  [
    'they differ',
    { AMQP_URL: 'amqp://a:sesame@h', RABBITMQ_USERNAME: 'u' },
    ['on AMQP the user is a, as AMQP_URL says, and not u: change it there, too, or take it out'],
  ],
];

test.each(doubts)('the user on AMQP is doubted unless meant: %s', (_, env, expected) => {
  expect(parseConnection(env, {}).doubts).toEqual(expected);
});

const unusable =
  'RABBITMQ_CACERT, RABBITMQ_CLIENTCERT or RABBITMQ_CLIENTKEY holds no usable certificate or key | they must be PEM files, the key without a passphrase and the one of the certificate';
const url = 'write it like http://localhost:15672';
const wrong: { name: string; env?: NodeJS.ProcessEnv; flags?: object; problems: string[] }[] = [
  {
    name: 'an endpoint without a scheme',
    env: { RABBITMQ_ENDPOINT: 'localhost:15672' },
    problems: [`RABBITMQ_ENDPOINT does not start with http:// or https:// and a host | ${url}`],
  },
  {
    name: 'an endpoint that is no URL',
    flags: { endpoint: 'http://user:sesame@[' },
    problems: [`--endpoint is not a URL | ${url}`],
  },
  {
    name: 'an endpoint with a query',
    env: { RABBITMQ_ENDPOINT: 'http://h/?a=1' },
    problems: [`RABBITMQ_ENDPOINT has a query or a fragment | ${url}`],
  },
  {
    name: 'a stray percent sign in a password',
    env: { RABBITMQ_ENDPOINT: 'http://user:sesame%@h' },
    problems: [`RABBITMQ_ENDPOINT has a % in its user or password that escapes nothing | ${url}`],
  },
  {
    name: 'several at once',
    env: {
      AMQP_URL: 'http://user:sesame@h',
      RABBITMQ_PROXY: 'socks5://h',
      RABBITMQ_INSECURE: 'maybe',
    },
    flags: { timeout: '0' },
    problems: [
      'RABBITMQ_INSECURE is neither true nor false | write true or false',
      'RABBITMQ_PROXY does not start with http:// or https:// and a host | write it like http://proxy.example:3128',
      'AMQP_URL does not start with amqp:// or amqps:// and a host | write it like amqp://localhost:5672',
      '--timeout is not a number of seconds | write --timeout 30',
    ],
  },
  {
    name: 'a password that everybody on the machine can see',
    flags: { endpoint: 'http://user:sesame@h' },
    problems: [
      '--endpoint holds a password, for all to see | set RABBITMQ_USERNAME, and RABBITMQ_PASSWORD or RABBITMQ_PASSWORD_FILE',
    ],
  },
  {
    name: 'two passwords',
    env: { RABBITMQ_PASSWORD: 'sesame', RABBITMQ_PASSWORD_FILE: passwordFile },
    problems: [
      'RABBITMQ_PASSWORD and the file of RABBITMQ_PASSWORD_FILE hold different passwords | unset one of them',
    ],
  },
  {
    name: 'a password file that is not there',
    env: { RABBITMQ_PASSWORD_FILE: '/nowhere/password' },
    problems: [
      "RABBITMQ_PASSWORD_FILE: can't read /nowhere/password (ENOENT) | check that the file exists and that you may read it",
    ],
  },
  {
    name: 'a token file that is not there',
    env: { RABBITMQ_TOKEN_FILE: '/nowhere/token' },
    problems: [
      "RABBITMQ_TOKEN_FILE: can't read /nowhere/token (ENOENT) | check that the file exists and that you may read it",
    ],
  },
  {
    name: 'a token file that holds none',
    env: { RABBITMQ_TOKEN_FILE: file('two-lines', 'sesame\nsesame\n') },
    problems: [
      `RABBITMQ_TOKEN_FILE: ${join(folder, 'two-lines')} holds no token | write the access token into it, and nothing else`,
    ],
  },
  {
    name: 'a token beside a user and a password',
    env: {
      RABBITMQ_TOKEN_FILE: tokenFile,
      RABBITMQ_ENDPOINT: 'http://user:sesame@h',
      RABBITMQ_USERNAME: 'user',
      RABBITMQ_PASSWORD_FILE: passwordFile,
    },
    problems: ['RABBITMQ_USERNAME', 'RABBITMQ_PASSWORD_FILE', 'a user in RABBITMQ_ENDPOINT'].map(
      (other) =>
        `RABBITMQ_TOKEN_FILE and ${other} are both set: a token takes the place of user and password | unset one of them`,
    ),
  },
  {
    name: 'a certificate that is none',
    env: { RABBITMQ_CLIENTCERT: notPem, RABBITMQ_CLIENTKEY: notPem },
    problems: [unusable],
  },
  { name: 'an authority that is none', env: { RABBITMQ_CACERT: notPem }, problems: [unusable] },
  {
    name: 'a certificate without its key',
    env: { RABBITMQ_CLIENTCERT: notPem },
    problems: ['RABBITMQ_CLIENTCERT and RABBITMQ_CLIENTKEY belong together | set both, or neither'],
  },
];

describe('is refused:', () => {
  test.each(wrong)('$name', ({ env = {}, flags = {}, problems }) => {
    let thrown: unknown;
    try {
      parseConnection(env, flags);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(InvalidInput);
    const found = (thrown as InvalidInput).problems;
    expect(found.map(({ message, hint }) => `${message} | ${hint ?? ''}`)).toEqual(problems);
    expect(inspect(thrown, { depth: null, showHidden: true })).not.toContain('sesame');
  });
});

test('a connection shows no secret, however it is printed', () => {
  const env = {
    RABBITMQ_ENDPOINT: 'http://me:sesame@h',
    AMQP_URL: 'amqp://me:sesame@h',
    RABBITMQ_PROXY: 'http://me:sesame@h',
  };
  const token = renderToken({ sub: 'ci' });
  const connection = parseConnection(env, {});
  const withToken = parseConnection({ RABBITMQ_TOKEN_FILE: tokenFile }, {});
  const shown = [
    inspect(connection, { depth: null, showHidden: true }),
    JSON.stringify(connection),
    inspect(withToken, { depth: null, showHidden: true }),
    JSON.stringify(withToken),
  ];
  expect(shown.join()).not.toContain('sesame');
  expect(shown.join()).not.toContain(token);
});

describe('a token in a file', () => {
  const path = file('renewed', 'first');
  const { password } = parseConnection({ RABBITMQ_TOKEN_FILE: path }, {});
  const renewals: [string, () => void, string][] = [
    ['is that of the start, at first', () => undefined, 'first'],
    ['is read again once the file is written', () => file('renewed', 'second\n'), 'second'],
    ['stays while the file is empty', () => file('renewed', ''), 'second'],
    ['stays while the file is away', () => rmSync(path), 'second'],
    ['is read again through a link', () => symlinkSync(file('target', 'third'), path), 'third'],
    [
      'is read again where the link leads elsewhere',
      () => {
        rmSync(path);
        symlinkSync(file('other-target', 'other'), path);
      },
      'other',
    ],
  ];
  test.each(renewals)('%s', (_, renew, expected) => {
    renew();
    expect(password.reveal()).toBe(expected);
  });
});
