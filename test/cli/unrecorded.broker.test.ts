// A queue with messages is carried over by a user who may keep no record on the broker, and the
// folder's disk is full, fills up, or can't be written to any more.
import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { atEnd } from '../at-end.ts';
import { api, env } from '../broker.ts';
import { publishBacklog } from '../management/live-traffic.ts';
import { canMount, mountDisk, type SmallDisk } from '../small-disk.ts';
import { Orders, reach } from './orders.ts';
import { runTopo, startTopo } from './topo.ts';

// A busy machine takes its time to carry messages over.
vi.setConfig({ testTimeout: 300_000 });

describe.skipIf(!canMount)('with the record in a folder', () => {
  let disk: SmallDisk;
  beforeAll(() => {
    if (canMount) disk = mountDisk();
  });

  let orders: Orders;
  let as: Record<string, string> = {};
  beforeEach(async () => {
    orders = await Orders.setUp();
    await publishBacklog(orders.vhost, { exchange: 'shop', key: 'new' }, 10);
    as = await asUser(orders.vhost);
  });
  const apply = () => ['apply', orders.file, '--yes', '--drain-timeout', '300'];
  const grant = (at: string) =>
    `rabbitmqctl set_permissions -p ${at} ${at} '^topo\\.record\\.' '' ''`;

  test('nothing is taken away if there is no room for it', async () => {
    disk.empty(0);
    const before = await state(orders.vhost);
    const ended = await runTopo(apply(), disk.path, as);
    expect(ended.code, ended.out + ended.err).toBe(1);
    expect(ended.err).toMatch(
      /error: the record \.topo\/unfinished\/\S+ can't be written: ENOSPC\n/,
    );
    expect(ended.err).toContain('hint: ');
    expect(ended.err).toContain(`${grant(orders.vhost)}, or make room there: if it is cut off`);
    expect(await state(orders.vhost)).toEqual(before);
    expect(disk.files()).toEqual([]);
  });

  /** Runs apply until it waits for a worker that holds messages. */
  async function startAmid(amid: () => void) {
    const worker = await orders.work({ prefetch: 3, holds: true });
    const run = startTopo(apply(), disk.path, as);
    await reach(run, () => orders.isBoundToParking());
    amid();
    return { worker, run };
  }
  const fill = () => {
    const room = disk.files();
    expect(room).toHaveLength(1);
    execFileSync('sh', ['-c', `cat /dev/zero > ${join(disk.path, 'ballast')} 2>/dev/null || true`]);
  };

  test('a disk that fills up in the middle keeps the record until all is back', async () => {
    disk.empty(8);
    const { worker, run } = await startAmid(fill);
    run.child.kill('SIGKILL');
    await run.ended;
    await worker.stop();
    expect(disk.files()).toHaveLength(1);
    const next = await runTopo(apply(), disk.path, as);
    expect(next.code, next.out + next.err).toBe(0);
    expect(next.out).toContain(`Carried over: queues/${orders.vhost}/orders, which apply `);
    expect(await orders.type()).toBe('quorum');
    expect(disk.files()).toEqual([]);
  });

  test('a record that can not be removed is named, and removed before anything else', async () => {
    disk.empty(8);
    const remount = (mode: string) => () => {
      execFileSync('mount', ['-o', `remount,${mode}`, disk.path]);
    };
    const { worker, run } = await startAmid(remount('ro'));
    await worker.stop();
    const ended = await run.ended;
    expect(ended.code, ended.out + ended.err).toBe(0);
    const [file = ''] = disk.files();
    const message = `${file} can't be removed: EROFS`;
    expect(ended.err).toContain(`warning: ${message}; nothing that it records is missing\n`);
    const next = await runTopo(apply(), disk.path, as);
    expect(next.code, next.out + next.err).toBe(1);
    expect(next.err).toContain(
      `error: ${message}\n  hint: remove it: nothing that it records is missing\n`,
    );
    remount('rw')();
    const last = await runTopo(apply(), disk.path, as);
    expect(last.code, last.out + last.err).toBe(0);
    expect(disk.files()).toEqual([]);
  });
});

test('no record is left of an apply that was not begun, as another vhost could have none', async () => {
  const both = [await Orders.setUp(), await Orders.setUp()];
  const [first, second] = both.sort((a, b) => (a.vhost < b.vhost ? -1 : 1)) as [Orders, Orders];
  const as = await asUser(first.vhost, '.*');
  await permit(second.vhost, first.vhost, '^(orders|shop)');
  const home = await first.elsewhere();
  await writeFile(join(home, '.topo'), 'a file where a folder is to be');
  const file = join(home, 'both.yaml');
  const queue = (vhost: string) => `{ name: orders, vhost: ${vhost}, type: quorum }`;
  await writeFile(file, `queues: [${queue(first.vhost)}, ${queue(second.vhost)}]\n`);
  const before = [await state(first.vhost), await state(second.vhost)];
  const ended = await runTopo(['apply', file, '--yes'], home, as);
  expect(ended.code, ended.out + ended.err).toBe(1);
  expect(ended.err).toContain("error: .topo/unfinished can't be created");
  expect([await state(first.vhost), await state(second.vhost)]).toEqual(before);
});

/** Named like the vhost. */
async function asUser(
  vhost: string,
  configure = '^(orders|shop)',
): Promise<Record<string, string>> {
  await api('PUT', `users/${vhost}`, { password: 'secret', tags: 'management' });
  atEnd(() => api('DELETE', `users/${vhost}`));
  await permit(vhost, vhost, configure);
  return { ...env, RABBITMQ_USERNAME: vhost, RABBITMQ_PASSWORD: 'secret' };
}

const permit = (vhost: string, user: string, configure: string) =>
  api('PUT', `permissions/${vhost}/${user}`, { configure, write: '.*', read: '.*' });

/** All objects of the vhost, and what the queues hold. */
async function state(vhost: string): Promise<unknown> {
  const totals = 'disable_stats=true&enable_queue_totals=true';
  return {
    exchanges: await api('GET', `exchanges/${vhost}?columns=name,type,arguments`),
    bindings: await api('GET', `bindings/${vhost}`),
    queues: await api('GET', `queues/${vhost}?${totals}&columns=name,arguments,messages`),
  };
}
