// A sample of hostile messages; npm run test:long sends many.
import { test } from 'vitest';
import { throughTrain } from './hostile/through-train.ts';
import { throughWork } from './hostile/through-work.ts';

const slow = 'hundreds of messages, each through all that a message goes through';

test('through work, retry, dead and replay', { meta: { slow } }, async () => {
  await throughWork({ count: 150, seed: 1 });
});

test('through train', { meta: { slow } }, async () => {
  await throughTrain({ results: 50, events: 150 }, 1);
});
