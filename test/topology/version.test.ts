// Which version of RabbitMQ is older.
import { expect, test } from 'vitest';
import { compareVersions } from '../../src/topology/version.ts';

test.each([
  ['3.10.8', '4.0', -1],
  ['3.10', '3.9.30', 1],
  ['4.0', '4.0.0', 0],
  ['4', '4.0.5', -1],
  ['4.3.0-rc.1', '4.3', 0],
  ['3.10.8+deb12u1', '3.10.8', 0],
  ['10.0', '9.9', 1],
])('%s against %s is %i', (one, other, sign) => {
  expect(Math.sign(compareVersions(one, other))).toBe(sign);
  expect(Math.sign(compareVersions(other, one))).toBe(sign === 0 ? 0 : -sign);
});
