// A worker that is killed with SIGKILL at the steps that work-killed.broker.test.ts leaves out.
import { test } from 'vitest';
import { killAtFailure, killAtPoison, killAtTask, killAtWrittenResult } from './killed-worker.ts';

const steps = ['received', 'trained', 'result_confirmed', 'acked'];
test.each(steps)('killed when a task is %s', killAtTask);
test.each(['retry_confirmed', 'held'])('killed when a failure is %s', killAtFailure);
test('killed when poison is dead_confirmed', () => killAtPoison('dead_confirmed'));
test.each(['kept', 'acked'])(
  'killed when a result of the plain topology is %s',
  killAtWrittenResult,
);
