// One run at a time changes a vhost: its lock is a queue that expires, and that only its holder can
// renew.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { claim, readMachine } from '../../src/disk/neighbours.ts';
import { hasEnded, readProcessId } from '../../src/disk/pid.ts';
import { openBroker, type Broker } from '../../src/management/broker.ts';
import { defaultWaits } from '../../src/management/waits.ts';
import type { Applicant, ProcessMark } from '../../src/reconcile/vhost-lock.ts';
import type { Setting } from '../../src/topology/object.ts';
import { atEnd } from '../at-end.ts';
import { api, broker, env as toBroker, freshVhost } from '../broker.ts';
import { firstOf } from '../sample.ts';
import { connectionTo, queue, standing, userWith } from './arrange.ts';
import { openGateway, type Asked } from './gateway.ts';

/** Milliseconds after which a lock expires. */
const short = 3_000;

function open({
  lock = defaultWaits.lock,
  env = {},
}: { lock?: number; env?: NodeJS.ProcessEnv } = {}) {
  const told: string[] = [];
  const opened = openBroker(connectionTo(env), {
    waits: { ...defaultWaits, lock },
    neighbours: { hasEnded, claim },
    tell: (line) => told.push(line),
  });
  atEnd(() => opened.close());
  return Object.assign(opened, { told });
}

const applicant = (process?: ProcessMark): Applicant => ({
  user: 'deploy',
  host: 'build-7',
  command: 'topo apply',
  process,
});

const take = (
  by: Broker,
  vhost: string,
  { patience = 0, process = undefined as ProcessMark | undefined } = {},
) => by.locks.take([vhost], { by: applicant(process), patience });

const isLocked = async (vhost: string): Promise<boolean> =>
  ((await api('GET', `queues/${vhost}`)) as { name: string }[]).some(
    ({ name }) => name === 'topo.lock',
  );

const held =
  /^vhost "test-\S+" is being changed by topo apply of user deploy on build-7 since \d\d:\d\d:\d\d UTC/;

test('a second run is told who holds it, and since when', async () => {
  const vhost = await freshVhost();
  const [first, second] = [open(), open()];
  await take(first, vhost);
  await expect(take(second, vhost)).rejects.toThrow(held);
  await expect(take(second, vhost)).rejects.toMatchObject({
    hint: expect.stringContaining(`rabbitmqctl delete_queue -p ${vhost} topo.lock`) as string,
  });
  expect(await second.readLive(new Set([vhost]))).toBeDefined();
  expect(await second.locks.others()).toMatchObject([{ vhost, user: 'deploy' }]);
  expect(await first.readLive(new Set([vhost]))).toBeDefined();
  expect(await first.locks.others()).toEqual([]);
  await first.close();
  expect(await isLocked(vhost)).toBe(false);
});

test('no diff and no export sees it', async () => {
  const vhost = await freshVhost();
  await take(open(), vhost);
  expect(await isLocked(vhost)).toBe(true);
  expect(await standing(vhost)).toEqual([]);
});

test('a second run waits until the first gives it back', async () => {
  const vhost = await freshVhost();
  const [first, second] = [open(), open()];
  await take(first, vhost);
  const waiting = take(second, vhost, { patience: 60_000 });
  await expect.poll(() => second.told).toMatchObject([/^waiting: vhost .* for 60 s at most$/]);
  await first.locks.giveAllBack();
  await waiting;
  await expect(take(first, vhost)).rejects.toThrow(held);
});

test('it outlives its expiry as long as it is renewed, and a second run does not prolong it', async () => {
  const vhost = await freshVhost();
  const [first, second] = [open({ lock: short }), open({ lock: short })];
  await take(first, vhost);
  const until = Date.now() + 2.5 * short;
  while (Date.now() < until) {
    await expect(take(second, vhost)).rejects.toThrow(held);
    await pause(100);
  }
  await first.locks.assertHeld();
  expect(first.locks.lost.aborted).toBe(false);
});

test('it is lost once it was deleted, and the holder leaves none behind', async () => {
  const vhost = await freshVhost();
  const first = open({ lock: short });
  await take(first, vhost);
  await api('DELETE', `queues/${vhost}/topo.lock`);
  await expect.poll(() => first.locks.lost.aborted).toBe(true);
  expect(first.locks.lost.reason).toMatchObject({
    message: `the lock of vhost "${vhost}" was lost: it had expired, or was deleted`,
  });
  await expect.poll(() => isLocked(vhost)).toBe(false);
});

test('it is lost once another took it, and the holder leaves that one alone', async () => {
  const vhost = await freshVhost();
  const [first, second] = [open({ lock: short }), open()];
  await take(first, vhost);
  await api('DELETE', `queues/${vhost}/topo.lock`);
  await take(second, vhost, { patience: 60_000 });
  await expect.poll(() => first.locks.lost.aborted).toBe(true);
  await first.close();
  await second.locks.assertHeld();
  expect(await isLocked(vhost)).toBe(true);
});

test('it frees itself if its holder is gone', async () => {
  const vhost = await freshVhost();
  const [first, second] = [open({ lock: short }), open()];
  // As a holder that was killed: nobody renews it.
  await take(first, vhost);
  const rows = (await api('GET', `queues/${vhost}`)) as { arguments: object }[];
  await first.close();
  const body = { durable: true, arguments: rows[0]?.arguments };
  await api('PUT', `queues/${vhost}/topo.lock`, body);
  await take(second, vhost, { patience: 60_000 });
});

/** Another process of this machine. */
async function startProcess(): Promise<{ mark: ProcessMark; kill: () => Promise<void> }> {
  const child = spawn('sleep', ['600']);
  atEnd(() => child.kill('SIGKILL'));
  const [id, machine] = await Promise.all([readProcessId(child.pid ?? 0), readMachine()]);
  if (id === undefined || machine === undefined)
    throw new Error('it tells no process from another');
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  return { mark: { ...id, machine }, kill };
}

test('of runs on one machine, one takes over from a killed one at once', async () => {
  for (let round = 0; round < 5; round++) {
    const vhost = await freshVhost();
    const dead = await startProcess();
    const alive = await startProcess();
    await take(open(), vhost, { process: dead.mark });
    await expect(take(open(), vhost, { process: alive.mark })).rejects.toThrow(held);
    await dead.kill();
    const runs = Array.from({ length: 8 }, () => open());
    const taken = await Promise.allSettled(
      runs.map((run) => take(run, vhost, { process: alive.mark })),
    );
    expect(taken.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const winner = runs[taken.findIndex(({ status }) => status === 'fulfilled')];
    await winner?.close();
    expect(await isLocked(vhost)).toBe(false);
  }
});

test('a run on another machine does not take over', async () => {
  const vhost = await freshVhost();
  const dead = await startProcess();
  await take(open(), vhost, { process: dead.mark });
  await dead.kill();
  const process = { ...dead.mark, machine: 'another' };
  await expect(take(open(), vhost, { process })).rejects.toThrow(held);
});

test('a holder that was stopped until the lock expired writes nothing more', async () => {
  const vhost = await freshVhost();
  const script = new URL('stops-itself.mjs', import.meta.url).pathname;
  const child = spawn(process.execPath, [script, vhost, String(short)], {
    env: { PATH: process.env['PATH'], ...toBroker },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  atEnd(() => child.kill('SIGKILL'));
  const printed = text(child.stdout);
  const namesIn = async () =>
    ((await api('GET', `queues/${vhost}`)) as { name: string }[]).map(({ name }) => name).sort();
  await expect.poll(namesIn).toEqual(['a', 'topo.lock']);
  const second = open();
  await take(second, vhost, { patience: 60_000 });
  child.kill('SIGCONT');
  const reason = expect.stringContaining(`the lock of vhost "${vhost}" was lost: `) as string;
  expect(JSON.parse(await printed)).toEqual([
    { kind: 'succeeded' },
    { kind: 'skipped', reason },
    { kind: 'skipped', reason },
  ]);
  expect(await namesIn()).toEqual(['a', 'topo.lock']);
  await second.locks.assertHeld();
});

test('a user who may not configure the name goes on without, and is told which right is missing', async () => {
  const vhost = await freshVhost();
  const rights = { configure: '^(?!topo\\.lock$)', write: '.*', read: '.*' };
  const run = open({ env: await userWith(`user-${vhost}`, 'management', { [vhost]: rights }) });
  await take(run, vhost);
  expect(run.locks.takeDoubts()).toMatchObject([
    {
      message: expect.stringMatching(
        /^vhost "\S+" can't be locked against other applies: the broker refuses the queue topo\.lock: 401 Access refused$/,
      ) as string,
      hint: expect.stringContaining('configure on "topo.lock"') as string,
    },
  ]);
  expect(run.locks.lost.aborted).toBe(false);
});

test('a vhost at its limit of queues goes on without', async () => {
  const vhost = await freshVhost();
  await api('PUT', `queues/${vhost}/one`, { durable: true });
  await api('PUT', `vhost-limits/${vhost}/max-queues`, { value: 1 });
  const run = open();
  await take(run, vhost);
  expect(run.locks.takeDoubts()).toMatchObject([
    { message: expect.stringContaining('queue limit in vhost') as string },
  ]);
});

test('a vhost that the run fills to its limit goes on without', async () => {
  const vhost = await freshVhost();
  await api('PUT', `vhost-limits/${vhost}/max-queues`, { value: 2 });
  const run = open();
  await take(run, vhost);
  for (const name of ['a', 'b']) await run.put(queue(vhost, name));
  expect(run.locks.takeDoubts()).toMatchObject([
    { message: expect.stringContaining('leaves no room for the lock') as string },
  ]);
  expect((await standing(vhost)).length).toBe(2);
});

test.each(firstOf(['policies', 'operator-policies']))(
  'where one of the %s would delete it too early, a run goes on without',
  async (kind) => {
    const vhost = await freshVhost();
    const definition = { expires: 20_000 };
    await api('PUT', `${kind}/${vhost}/short`, { pattern: '.*', definition, 'apply-to': 'queues' });
    const run = open();
    await take(run, vhost);
    await run.readLive(new Set([vhost]));
    expect(run.locks.takeDoubts()).toMatchObject([
      {
        message: expect.stringContaining('policy "short" would delete topo.lock') as string,
        hint: 'let its pattern ".*" leave out names that begin with topo.',
      },
    ]);
    expect(await isLocked(vhost)).toBe(false);
  },
);

test('that it was gone at the end is told', async () => {
  const vhost = await freshVhost();
  const run = open();
  await take(run, vhost);
  await api('DELETE', `queues/${vhost}/topo.lock`);
  expect(await run.locks.giveAllBack()).toMatchObject([
    { message: `the lock of vhost "${vhost}" was lost: it had expired, or was deleted` },
  ]);
});

test('a vhost can be deleted by the run that has locked it, and one that it makes is locked', async () => {
  const vhost = await freshVhost();
  const name = `${vhost}-made`;
  const [run, other] = [open(), open()];
  await take(run, vhost);
  await run.put({ kind: 'vhost', vhost: null, name });
  atEnd(() => api('DELETE', `vhosts/${name}`).catch(() => undefined));
  await expect(take(other, name)).rejects.toThrow(held);
  const also = { kinds: new Set(['vhost'] as const), vhosts: [] };
  const { objects } = await run.readLive(new Set([name]), also);
  const made = [...objects.values()].find((one) => one.kind === 'vhost' && one.name === name);
  await run.remove(made as Setting, { mayDisconnect: true });
  const rows = (await api('GET', 'vhosts')) as { name: string }[];
  expect(rows.map((row) => row.name)).not.toContain(name);
});

test('a queue of that name that no run made is not taken for free', async () => {
  const vhost = await freshVhost();
  await api('PUT', `queues/${vhost}/topo.lock`, { durable: true });
  await expect(take(open(), vhost)).rejects.toThrow(
    `vhost "${vhost}" has a queue topo.lock that no apply made`,
  );
});

test('without a clear answer, none of its own is left, and that of another is', async () => {
  const vhost = await freshVhost();
  const openThrough = async (reaches: boolean) => {
    let left = 1;
    const isFirst = ({ path }: Asked) => path.endsWith('/topo.lock') && left-- > 0;
    const gateway = await openGateway({ fault: 'a 403 page', reaches, when: isFirst });
    atEnd(() => gateway.close());
    return open({ env: { RABBITMQ_ENDPOINT: gateway.endpoint } });
  };
  const first = await openThrough(true);
  await take(first, vhost);
  expect(() => first.locks.takeDoubts()).toThrow('403');
  expect(await isLocked(vhost)).toBe(false);

  const other = open();
  await take(other, vhost);
  const second = await openThrough(false);
  await take(second, vhost);
  expect(() => second.locks.takeDoubts()).toThrow('403');
  expect(await isLocked(vhost)).toBe(true);
  expect(await other.locks.giveAllBack()).toEqual([]);
});

test('it needs nothing but HTTP', async () => {
  const vhost = await freshVhost();
  const run = open({ env: { AMQP_URL: 'amqp://127.0.0.1:1' } });
  await take(run, vhost);
  expect(run.locks.takeDoubts()).toEqual([]);
  expect(broker.endpoint).toMatch(/^http:/);
});
