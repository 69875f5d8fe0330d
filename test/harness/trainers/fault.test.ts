// Which ends of a trainer are faults of its own program, by what it printed last.
import { expect, test } from 'vitest';
import { faultIn } from '../../../src/harness/trainers/fault.ts';

const python = (last: string): string =>
  `Traceback (most recent call last):\n  File "/srv/train.py", line 31, in train\n    descend(model)\n${last}`;
const node = (last: string): string =>
  `${last}\n    at train (file:///srv/train.mjs:12:5)\n    at run (file:///srv/thread.js:30:27)`;

test.each([
  python("KeyError: 'timeout'"),
  python("KeyError: 'hidden'").replace('descend(model)', 'get(url, ConnectionError, Timeout)'),
  python('TypeError: train() takes 1 positional argument but 2 were given'),
  python('RuntimeError: mat1 and mat2 shapes cannot be multiplied (32x2 and 3x32)'),
  python('RuntimeError: Expected all tensors to be on the same device, found cuda:0 and cpu!'),
  node('TypeError: x is not a function'),
])('its own: %j', (trace) => {
  expect(faultIn(trace)).toMatch(/^[\da-f]{16}$/);
});

test.each([
  ['no traceback', 'one\ntwo\nValueError: no such layer'],
  ['a file', python("FileNotFoundError: [Errno 2] No such file or directory: 'a.npz'")],
  ['a network', python('requests.exceptions.ReadTimeout: HTTPSConnectionPool(host=…)')],
  ['memory', python('MemoryError')],
  ['a GPU', python('torch.cuda.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB')],
  ['a port', node('Error: connect ECONNREFUSED 127.0.0.1:1')],
  ['a fetch', `${node('TypeError: fetch failed')} {\n  cause: Error: getaddrinfo EAI_AGAIN x }`],
])('not its own, or it may pass: %s', (_, trace) => {
  expect(faultIn(trace)).toBeUndefined();
});

test('the same fault is known again by its place and its words, whatever addresses are in it', () => {
  const at = (address: string): string => python(`TypeError: <M object at ${address}> is none`);
  expect(faultIn(at('0x7f21bc'))).toBe(faultIn(at('0x55e0a1')));
  expect(faultIn(python("KeyError: 'a'"))).not.toBe(faultIn(python("KeyError: 'b'")));
});
