// --parallelism bounds how many writes run at once, of steps and within one.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { atEnd } from '../at-end.ts';
import { broker, freshVhost } from '../broker.ts';
import { openGateway } from '../management/gateway.ts';
import { callTopo } from './topo.ts';

/** Counts the writes that are under way at once; each takes a moment. */
async function countingGateway() {
  const seen = { now: 0, most: 0 };
  const gateway = await openGateway({
    fault: 'a cut',
    reaches: true,
    async when({ method }) {
      if (method === 'GET') return false;
      seen.most = Math.max(seen.most, ++seen.now);
      await sleep(20);
      seen.now--;
      return false;
    },
  });
  atEnd(() => gateway.close());
  return { endpoint: gateway.endpoint, seen };
}

const topology = (vhost: string, type: string): string => `
vhost: ${vhost}
exchanges: [{ name: x, type: ${type} }]
queues: [{ name: 'q\${n}', for_each: { n: '1..30' } }]
bindings: [{ source: x, destination: 'q\${n}', routing_key: k, for_each: { n: '1..30' } }]
`;

test.each([
  { parallelism: '3', atLeast: 3, atMost: 3 },
  { parallelism: '64', atLeast: 10, atMost: 64 },
])('--parallelism $parallelism', async ({ parallelism, atLeast, atMost }) => {
  const [vhost, { endpoint, seen }] = [await freshVhost(), await countingGateway()];
  const folder = await mkdtemp(join(tmpdir(), 'topo-parallelism-'));
  atEnd(() => rm(folder, { recursive: true }));
  const env = {
    RABBITMQ_ENDPOINT: endpoint,
    RABBITMQ_USERNAME: broker.username,
    RABBITMQ_PASSWORD: broker.password,
    AMQP_URL: 'amqp://127.0.0.1:1',
  };
  const apply = async (type: string): Promise<number> => {
    await writeFile(join(folder, 'topology.yaml'), topology(vhost, type));
    seen.most = 0;
    const ended = await callTopo(['apply', '--yes', '--parallelism', parallelism], folder, env);
    expect(ended).toMatchObject({ code: 0 });
    return seen.most;
  };
  // The bindings of the second come back with their exchange, in one step.
  for (const type of ['direct', 'topic']) {
    const most = await apply(type);
    expect(most).toBeGreaterThanOrEqual(atLeast);
    expect(most).toBeLessThanOrEqual(atMost);
  }
});

test.each(['0', '65', '-1', '1.5', 'many', ''])('--parallelism "%s" is refused', async (text) => {
  const ended = await callTopo(['apply', '--yes', `--parallelism=${text}`], '.', {});
  expect(ended).toMatchObject({ code: 3 });
  expect(ended.err).toBe(
    `error: --parallelism takes a whole number from 1 to 64, not "${text}"\n  hint: --parallelism 8\n`,
  );
});
