// Kills a topo apply that carries a queue over where carry.broker.test.ts does not.
import { test } from 'vitest';
import { killCarryAt } from './killed-carry.ts';

test.each(['once the parking queue is there', 'once the queue is replaced'] as const)(
  'killed %s: a run of another file finishes it',
  { meta: { slow: 'several runs under a publisher' }, timeout: 300_000 },
  killCarryAt,
);
