// Kills topo at each AMQP method and at each request of carrying a queue over: the next run ends
// it, and nothing is lost.
import { describe, test } from 'vitest';
import { tryAll } from '../faults.ts';
import { carries, carryKilled, type Kill } from './faulted-carry.ts';

const atOnce = 4;
const slow = 'some hundred queues are carried over';

describe.each(Object.entries(carries))('%s', (_, change) => {
  test.each(['a cut before', 'a cut after'] as const)(
    'killed by %s each method and request',
    { meta: { slow }, timeout: 3_600_000 },
    async (fault) => {
      const { methods, requests } = await carryKilled(change);
      const all = (at: Kill['at'], count: number): Kill[] =>
        Array.from({ length: count }, (__, nth) => ({ nth, at, fault }));
      const kills = [...all('method', methods), ...all('request', requests)];
      await tryAll('killed', kills, atOnce, async (kill) => ({
        ended: 'carried over',
        wrong: (await carryKilled(change, kill)).wrong,
      }));
    },
  );
});
