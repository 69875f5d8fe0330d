// How a batch goes, in words, on a terminal of 80 × 24.
import { expect, test } from 'vitest';
import { renderBatch } from '../../../src/cli/harness/batch-text.ts';
import { openTerminal } from '../../../src/cli/terminal.ts';

const { paint } = openTerminal({ color: false, quiet: false });
const size = { columns: 79, rows: 24 };

test('the counts of a batch come before what there is no room for', () => {
  const queues = Array.from({ length: 40 }, (_, n) => ({
    ...{ queue: `worker_queue_${n}`, role: 'worker', messages: n },
  })) as Parameters<typeof renderBatch>[0]['queues'];
  const tasks = {
    ...{ total: 9, done: 1, failed: 0, retried: 0, running: 3, not_taken: 0, not_heard_of: 5 },
    ...{ rate: undefined, left: undefined },
  };
  const lines = renderBatch({ tasks, queues, unknown: ['where'] }, size, paint);
  expect(lines).toHaveLength(23);
  expect(lines.slice(0, 2)).toEqual(['9 tasks', 'done          1']);
  expect(lines.at(-1)).toBe('…');
});
