// A network that falls silent, with the heartbeat that workers have by default: see work-faults for
// one that is faster.
import { expect, onTestFinished, test } from 'vitest';
import { openProxy } from '../../proxy.ts';
import { hardened, layBed, until } from '../bed.ts';
import { work } from '../worker-bed.ts';

const slow = 'two heartbeats of 5 s';

test('both connections are given up within two heartbeats', { meta: { slow } }, async () => {
  const bed = await layBed(hardened);
  const { hostname, port } = bed.target;
  const proxy = await openProxy({ host: hostname, port });
  onTestFinished(() => proxy.close());
  const target = { ...bed.target, hostname: '127.0.0.1', port: proxy.port };
  const { events } = await work({ ...bed, target });
  const lost = (): string[] =>
    events.flatMap((event) =>
      event.kind === 'connection' && event.state.kind === 'lost' ? [event.of] : [],
    );
  proxy.blackHole();
  await until(() => new Set(lost()).size === 2, 'the losses');
  proxy.restore();
  await bed.publish('task-1');
  expect((await bed.results(1)).size).toBe(1);
});
