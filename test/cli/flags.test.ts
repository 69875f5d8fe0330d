// What --allow-message-loss may be set to: an address, whose last = says how much.
import { expect, test } from 'vitest';
import { parseConsents } from '../../src/cli/consent-flags.ts';

const consentsTo = (...allowMessageLoss: string[]) => [
  ...parseConsents({ allowMessageLoss, allowDisconnect: [], giveUp: [] }).messageLoss,
];

test.each<[text: string, vhost: string, name: string, bound: unknown]>([
  ['queues/%2F/orders.*', '/', 'orders.*', 'as-shown'],
  ['queues/%2f/orders.??=all', '/', 'orders.??', 'all'],
  ['queues/*/orders=5', '*', 'orders', 5],
  // What a plan writes for the name itself, and what was always taken as it is.
  ['queues/v/a%2A*%3F=1', 'v', 'a\\**\\?', 1],
  ['queues/v/a\\*', 'v', 'a\\\\*', 'as-shown'],
  ['queues/v/%C3%A4*', 'v', 'ä*', 'as-shown'],
])('the glob %s', (text, vhost, name, bound) => {
  const flags = { allowMessageLoss: [text], allowDisconnect: [], giveUp: [] };
  const pattern = { text: text.replace(/=.*$/, ''), vhost, name };
  const { messageLoss, messageLossOf } = parseConsents(flags);
  expect([messageLoss.size, messageLossOf]).toEqual([0, [{ pattern, bound }]]);
});

test.each(['*', 'queues/*', 'exchanges/%2F/*', 'queues/%2F/%ff*', 'queues/%2F/a/*'])(
  '%s is no glob of queues',
  (text) => {
    const parse = () =>
      parseConsents({ allowMessageLoss: [], allowDisconnect: [text], giveUp: [] });
    expect(parse).toThrow(`"${text}" is not the address of a queue`);
  },
);

const rows: [text: string, address: string, bound: unknown][] = [
  ['queues/%2F/orders', 'queues/%2F/orders', 'as-shown'],
  ['queues/%2F/orders=all', 'queues/%2F/orders', 'all'],
  ['queues/%2F/orders=0', 'queues/%2F/orders', 0],
  ['queues/%2F/orders=5000', 'queues/%2F/orders', 5000],
  // Names that end so themselves, as a plan writes them and as they are.
  ['queues/%2F/a%3D5', 'queues/%2F/a%3D5', 'as-shown'],
  ['queues/%2F/a%3D5=7', 'queues/%2F/a%3D5', 7],
  ['queues/%2F/a%3Dall=all', 'queues/%2F/a%3Dall', 'all'],
  ['queues/%2F/a=5=7', 'queues/%2F/a%3D5', 7],
  ['queues/%2F/a=all=all', 'queues/%2F/a%3Dall', 'all'],
  ['queues/%2F/==1', 'queues/%2F/%3D', 1],
  ['queues/v=1/q=2', 'queues/v%3D1/q', 2],
  ['queues/v%3D1/q', 'queues/v%3D1/q', 'as-shown'],
  ['exchanges/%2f/x=all', 'exchanges/%2F/x', 'all'],
];
test.each(rows)('%s', (text, address, bound) => {
  expect(consentsTo(text)).toEqual([[address, bound]]);
});

test.each(['=', '=ALL', '=-1', '=1,000', '=10%', '=5k', '=1e3', '=1000000000', '=b'])(
  'ADDRESS%s is refused',
  (end) => {
    expect(() => consentsTo(`queues/%2F/orders${end}`)).toThrow(
      'is neither a whole number nor all',
    );
  },
);

test.each(['', '=5'])('an exchange holds no messages: exchanges/…%s is refused', (end) => {
  expect(() => consentsTo(`exchanges/%2F/x${end}`)).toThrow('is not the address of a queue');
});

test('one queue with two bounds is refused, unless they are the same', () => {
  const twice = ['queues/%2F/q=5', 'queues/%2f/q=5'];
  expect(consentsTo(...twice)).toEqual([['queues/%2F/q', 5]]);
  expect(() => consentsTo(...twice, 'queues/%2F/q')).toThrow('is given twice, and differs');
});
