// The signals, verbs and formats that interrupts.broker.test.ts leaves out.
import { describe, test } from 'vitest';
import {
  interruptReading,
  interruptTwice,
  interruptWriting,
  leaveWriting,
  setUpInterrupts,
} from './interrupted.ts';

setUpInterrupts();

test.each([
  ['plan', 'SIGHUP'],
  ['plan', 'SIGINT'],
  ['destroy', 'SIGHUP'],
  ['move', 'SIGINT'],
  ['check-upgrade', 'SIGTERM'],
] as const)('while %s reads, it is ended at once: %s', interruptReading);

describe('while apply writes', () => {
  test.each(['SIGHUP', 'SIGTERM'] as const)(
    '%s finishes what is in flight, reports it, and the next run does the rest',
    interruptWriting,
  );

  test('SIGHUP, then SIGINT, drops what is in flight', () => interruptTwice('SIGHUP', 'SIGINT'));

  test('a reader who leaves in the middle changes nothing', () => leaveWriting('json'));
});
