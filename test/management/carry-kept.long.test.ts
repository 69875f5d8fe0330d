// What an interrupted run may leave of a queue, beside what carry-kept.broker.test.ts tries.
import { test } from 'vitest';
import { goOnFrom } from './half-carried.ts';

test.each([
  'before anything was led away',
  'all were',
  'it was declared again',
  'some bindings were back',
  'all was done',
] as const)('goes on where an interrupted run stopped: %s', goOnFrom);
