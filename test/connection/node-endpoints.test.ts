// Where the password may go for --verify=strong.
import { describe, expect, test } from 'vitest';
import { endpointsOfNodes, parseNodeEndpoint } from '../../src/connection/node-endpoints.ts';

const tls = { ca: undefined, cert: undefined, key: undefined, insecure: false };
const secure = { endpoint: 'https://broker.example:15671/rabbit', tls };
const plain = { endpoint: 'http://localhost:15672', tls };

describe('nodes that the broker lists', () => {
  test('each is on its own host, with scheme, port and path of the endpoint', () => {
    const names = ['rabbit@one.example', 'rabbit@TWO', 'rabbit@10.0.0.3'];
    expect([...endpointsOfNodes(names, secure).values()]).toEqual([
      'https://one.example:15671/rabbit',
      'https://two:15671/rabbit',
      'https://10.0.0.3:15671/rabbit',
    ]);
  });

  test.each([
    { is: 'a plain endpoint', known: plain },
    {
      is: 'certificates that are not checked',
      known: { ...secure, tls: { ...tls, insecure: true } },
    },
  ])('$is: none is asked', ({ known }) => {
    expect(() => endpointsOfNodes(['rabbit@one'], known)).toThrow(/only over https/);
  });

  test.each(['rabbit@one/two', 'rabbit@user:x@one', 'rabbit@one:80', 'rabbit@', 'rabbit@ one'])(
    'the name %s leads nowhere else',
    (name) => {
      expect(() => endpointsOfNodes([name], secure)).toThrow(/no usable host/);
    },
  );
});

describe('nodes that the operator names', () => {
  test('any host and port', () => {
    expect(parseNodeEndpoint('http://10.0.0.3:1/x/', plain)).toBe('http://10.0.0.3:1/x');
    expect(parseNodeEndpoint('https://one', secure)).toBe('https://one');
  });

  test.each([
    { url: 'http://one', known: secure, why: /in the clear/ },
    { url: 'http://me@one', known: plain, why: /holds a user/ },
    { url: 'https://me:secret@one', known: secure, why: /holds a user/ },
    { url: 'one:15672', known: plain, why: /does not start with/ },
  ])('not $url', ({ url, known, why }) => {
    expect(() => parseNodeEndpoint(url, known)).toThrow(why);
  });
});
