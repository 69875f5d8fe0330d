// How often a message of a queue may be looked at.
import { expect, test } from 'vitest';
import { limitOf } from '../../../src/cli/harness/delivery-limit.ts';
import { readText } from '../../file/read.ts';

test.each([
  ['what is declared', '{ x-queue-type: quorum, x-delivery-limit: 6 }', 6],
  ['-1 is none', '{ x-queue-type: quorum, x-delivery-limit: -1 }', Infinity],
  ["RabbitMQ 4's own where nothing is declared", '{ x-queue-type: quorum }', 20],
])('%s', async (_, table, limit) => {
  const desired = await readText(`queues: [{ name: dead, arguments: ${table} }]`);
  expect(limitOf(desired, '/', 'dead')).toBe(limit);
});
