// A sample of carry.faults.test.ts.
import { describe, expect, test } from 'vitest';
import { carries, carryKilled } from './faulted-carry.ts';

describe('killed on its way, carrying a queue over loses nothing, and the next run ends it', () => {
  test('after two thirds of its AMQP methods', async () => {
    const change = carries['classic to quorum'];
    const { methods } = await carryKilled(change);
    const nth = Math.floor((2 / 3) * methods);
    const { wrong } = await carryKilled(change, { nth, at: 'method', fault: 'a cut after' });
    expect(wrong).toEqual([]);
  });
});
