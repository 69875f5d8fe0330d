// What carry.broker.test.ts tries, of quorum queues.
import { describe, test } from 'vitest';
import { freshVhost } from '../broker.ts';
import { carryInUse } from './carried-in-use.ts';

describe('no confirmed message is lost under a live publisher and a worker', () => {
  const slow = 'the confirms of a busy quorum queue';
  test.each(['quorum to classic', 'an argument that goes, of a quorum queue'] as const)(
    '%s',
    { meta: { slow } },
    async (change) => carryInUse(await freshVhost(), change),
  );
});
