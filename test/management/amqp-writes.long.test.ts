// A fault of AMQP that takes longer than those of amqp-writes.broker.test.ts.
import { test } from 'vitest';
import { putAmid } from './busy-broker.ts';

test('AMQP falls silent amid declarations: HTTP does what is left', () => putAmid('blackHole'));
