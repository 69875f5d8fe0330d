// Measures topo-harness against bare amqplib, and against its promises when something dies. npm run
// bench -- harness runs all of these.
import { benchIdle } from './harness-idle.ts';
import { benchPublish } from './harness-publish.ts';
import { benchRedelivery } from './harness-redelivery.ts';
import { benchRestart } from './harness-restart.ts';
import { benchWork } from './harness-work.ts';

export const harnessBenches = {
  'harness-publish': benchPublish,
  'harness-work': benchWork,
  'harness-redelivery': benchRedelivery,
  'harness-restart': benchRestart,
  'harness-idle': benchIdle,
};
