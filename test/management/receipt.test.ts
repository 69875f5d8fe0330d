// How many messages went with a queue, by what was counted before and by the delete's own answer.
import { expect, test } from 'vitest';
import { toLoss } from '../../src/management/receipt.ts';
import type { Depth } from '../../src/reconcile/broker.ts';
import { normalizeQueue } from '../../src/topology/kinds/queue.ts';

const queueOf = (type: string) => normalizeQueue({ name: 'q', type }, '/');
const five: Depth = { kind: 'known', ready: 5, unacked: 1, consumers: 0 };
const none: Depth = { kind: 'known', ready: 0, unacked: 0, consumers: 0 };
const before = { kind: 'counted-before', ready: 5, unacked: 1 };

test.each([
  ['the delete counts what it deletes', 'quorum', five, 3, { kind: 'counted', ready: 3 }],
  ['a classic queue is counted, however busy it is', 'classic', five, 0, { kind: 'counted' }],
  ['a leader that does not answer in time makes RabbitMQ say 0', 'quorum', five, 0, before],
  ['nothing was there, and nothing went', 'quorum', none, 0, { kind: 'counted', ready: 0 }],
  ['a delete over HTTP does not count', 'quorum', five, undefined, before],
  ['what a stream holds is not known', 'stream', { kind: 'unknown' }, 0, { kind: 'uncounted' }],
] as const)('%s', (_, type, held, counted, loss) => {
  expect(toLoss(queueOf(type), { before: held as Depth, counted })).toMatchObject(loss);
});
