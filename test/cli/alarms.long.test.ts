// What alarms.nodes.test.ts says of the memory alarm, of the disk alarm.
import { test } from 'vitest';
import { migrateUnderAlarm, moveUnderAlarm, setUpAlarms } from './alarmed-node.ts';

setUpAlarms();

test('topo move waits, says so, and goes on when the alarm is gone', () =>
  moveUnderAlarm('disk space'));

test('a migration waits, says so, and goes on when the alarm is gone', () =>
  migrateUnderAlarm('disk space'));
