// Holds a lock until it is killed.
import { withLock } from '../../../src/process/lock.ts';

await withLock(
  process.argv[2] ?? '',
  () => new Error('taken'),
  async () => {
    process.stdout.write('held\n');
    await new Promise((resolve) => setTimeout(resolve, 600_000));
  },
);
