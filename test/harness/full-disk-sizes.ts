// Each command on disks of many sizes, from none to enough.
import { hash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { broker, freshVhost } from '../broker.ts';
import { canMount, mountDisk, type SmallDisk } from '../small-disk.ts';
import { layBed, plain } from './bed.ts';
import { publishOn, trainOn, workOn } from './full-disk-bed.ts';
import { layPublishBed } from './publish-bed.ts';
import { job } from './train/chaos/job.ts';
import { TrainBed } from './train/chaos/train-bed.ts';
import { HandWorker } from './train/hand-worker.ts';

/** Until the end of the test. */
async function serve(bytes: Buffer): Promise<{ uri: string; sha256: string }> {
  const server = createServer((_, response) => response.end(bytes));
  onTestFinished(() => {
    server.close();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { uri: `http://127.0.0.1:${port}/shard`, sha256: hash('sha256', bytes) };
}

/** `step`: how many pages lie between two sizes. */
export function testEachSize(step: number, options: object = {}): void {
  const disk = canMount ? mountDisk() : undefined;

  /** From none to what is enough. `most`: pages that are enough for sure. */
  async function atEachSize(
    most: number,
    isEnough: (small: SmallDisk, pages: number) => Promise<boolean>,
  ): Promise<void> {
    if (disk === undefined) return;
    const outcomes: boolean[] = [];
    for (let pages = 0; pages <= most && outcomes.at(-1) !== true; pages += step)
      outcomes.push(await isEnough(disk, pages));
    expect(outcomes[0]).toBe(false);
    expect(outcomes.at(-1)).toBe(true);
  }

  describe.skipIf(disk === undefined)('a disk that is full, or nearly', () => {
    test('publish', options, async () => {
      const bed = await layPublishBed('');
      await atEachSize(40, (small, pages) => publishOn(small, pages, bed));
    });

    test('work', options, async () => {
      const bed = await layBed(plain);
      const shard = await serve(Buffer.alloc(3 * 4096, 'x'));
      await atEachSize(20, (small, pages) => workOn(small, pages, bed, shard));
    });

    test('train', options, async () => {
      const vhost = await freshVhost();
      const root = mkdtempSync(join(tmpdir(), 'topo-full-'));
      onTestFinished(() => rmSync(root, { recursive: true }));
      const url = `${broker.amqpUrl}/${vhost}`;
      const bed = await TrainBed.lay({ url, vhost, root, code: '', queues: 1 });
      const worker = await HandWorker.open(url, 'w1');
      onTestFinished(() => worker.close());
      const own = { ...job, shards: ['data/0.safetensors'], rounds: 1, store: { kind: 'inline' } };
      writeFileSync(join(root, 'job.yaml'), JSON.stringify(own));
      await atEachSize(60, (small, pages) => trainOn(small, pages, bed, worker));
    });
  });
}
