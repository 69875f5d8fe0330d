// A few tests of the broker project against the other releases of RabbitMQ that this machine has.
// npm run test:versions sets them up, and runs the whole project.
import { mkdir } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { findServer, releases } from './releases.ts';
import { isGreen, runTests } from './run.ts';

/** What depends most on the version, and takes seconds. */
const files = ['test/versions/differences.broker.test.ts', 'test/management/write.broker.test.ts'];

for (const release of releases) {
  const server = await findServer(release);
  const isThis = server?.script.startsWith('/usr/lib/') === true;
  const why = server === undefined ? ': not set up, see npm run test:versions' : '';
  test.skipIf(server === undefined || isThis)(
    `RabbitMQ ${release.minor} passes the quick tests${why}`,
    { timeout: 240_000, meta: { slow: 'a vitest and a node of another release' } },
    async ({ signal }) => {
      if (server === undefined) return;
      await mkdir('reports/versions', { recursive: true });
      const log = `reports/versions/quick-${release.minor}.log`;
      const outcome = await runTests(server, { files, log, signal });
      expect(outcome.failures).toEqual([]);
      expect(isGreen(outcome), `see ${log}`).toBe(true);
    },
  );
}
