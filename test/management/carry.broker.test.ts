// Replaces queues in use by carrying over what they hold. ../cli/migration.broker.test.ts looks at
// the order, too, and carry.long.test.ts changes other queues.
import { describe, test } from 'vitest';
import { freshVhost } from '../broker.ts';
import { carryInUse } from './carried-in-use.ts';

describe('no confirmed message is lost under a live publisher and a worker', () => {
  test.each(['classic to quorum', 'an argument of a classic queue'] as const)(
    '%s',
    async (change) => carryInUse(await freshVhost(), change),
  );
});
