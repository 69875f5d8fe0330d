// Goes on carrying a queue over though someone deletes one of the two, at more moments than
// carry-resumed.broker.test.ts tries.
import { test } from 'vitest';
import { freshVhost } from '../broker.ts';
import { deleteAmid, later } from './deleted-meanwhile.ts';

const slow = 'thousands of messages, there and back';

// RabbitMQ 3.10 may never confirm what is sent to a queue while that is deleted.
test.each(later)(
  'someone deletes the %s queue after %d messages, %s',
  { meta: { slow }, timeout: 120_000 },
  async (which, moved) => deleteAmid(await freshVhost(), which, moved),
);
