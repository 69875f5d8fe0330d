// Two runs against one vhost: one writes, the other waits or is told who does.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { exit } from '../../src/cli/exit.ts';
import { api, env, freshVhost } from '../broker.ts';
import { openTestBroker, userWith } from '../management/arrange.ts';
import { openGateway } from '../management/gateway.ts';
import { firstOf } from '../sample.ts';
import { leaveRecord } from './left-behind.ts';
import { callTopo, startTopo } from './topo.ts';
import { applyAtOnce } from './one-writer.ts';
import { readNames } from './workers.ts';

let folder = '';
let vhost = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-lock-'));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  vhost = await freshVhost();
  await writeFile(join(folder, 'topology.yaml'), `vhost: ${vhost}\nqueues: [{ name: q }]\n`);
});

const call = (...args: string[]) => callTopo(args, folder, env);

/** As another run does. */
async function lock(): Promise<{ unlock: () => Promise<unknown> }> {
  const other = openTestBroker();
  const by = { user: 'deploy', host: 'build-7', command: 'topo apply', process: undefined };
  await other.locks.take([vhost], { by, patience: 0 });
  return { unlock: () => other.locks.giveAllBack() };
}

const held =
  /error: vhost "\S+" is being changed by topo apply of user deploy on build-7 since \d\d:\d\d:\d\d UTC\n {2}hint: let it end/;

test.each(firstOf([['apply'], ['destroy']]))(
  '%s does not write while another run does',
  async (verb) => {
    await lock();
    const told = await call(verb, '--yes', '--lock-timeout', '0');
    expect(told).toMatchObject({ code: exit.refused, out: '' });
    expect(told.err).toMatch(held);
    expect(await readNames(vhost)).toEqual([]);
  },
);

test('a run without anything to do leaves alone what another run has just recorded', async () => {
  await writeFile(join(folder, 'topology.yaml'), `vhost: ${vhost}\n`);
  await leaveRecord(vhost);
  const { unlock } = await lock();
  const records = async () => {
    const queues = (await api('GET', `queues/${vhost}?disable_stats=true`)) as { name: string }[];
    return queues.filter(({ name }) => name.startsWith('topo.record.')).length;
  };
  const told = await call('apply', '--lock-timeout', '0');
  expect(told).toMatchObject({ code: exit.refused });
  expect(told.err).toMatch(held);
  expect(await records()).toBe(1);
  await unlock();
  expect(await call('apply')).toMatchObject({ code: exit.done });
  expect(await records()).toBe(0);
});

test('the report says that it was locked', async () => {
  await lock();
  const args = ['apply', '--yes', '--lock-timeout', '0.5', '--format', 'json'];
  const told = await call(...args);
  const { error } = JSON.parse(told.out) as { error: object };
  expect(error).toMatchObject({
    code: 'locked',
    message: expect.stringContaining(', and has not ended within 1 second') as string,
  });
});

test('a run that waited plans on what the other left', async () => {
  const { unlock } = await lock();
  const run = startTopo(['apply', '--yes'], folder, env);
  let told = '';
  run.child.stderr?.on('data', (data) => (told += String(data)));
  await expect.poll(() => told).toContain('for 60 s at most');
  await api('PUT', `queues/${vhost}/q`, { durable: true });
  await unlock();
  const ended = await run.ended;
  expect(ended, ended.err).toMatchObject({ code: exit.done });
  expect(ended.out).toContain('nothing to do');
});

test('a saved plan that waited is stale if the other run did otherwise', async () => {
  await call('plan', '--out', 'plan.json');
  const { unlock } = await lock();
  const run = startTopo(['apply', 'plan.json', '--yes'], folder, env);
  let told = '';
  run.child.stderr?.on('data', (data) => (told += String(data)));
  await expect.poll(() => told).toContain('for 60 s at most');
  await api('PUT', `queues/${vhost}/q`, { durable: true, arguments: { 'x-max-length': 5 } });
  await unlock();
  expect(await run.ended).toMatchObject({ code: exit.stale });
});

test('plan does not wait, and says who writes; an export has no lock in it', async () => {
  await lock();
  const told = await call('plan');
  expect(told).toMatchObject({ code: exit.done });
  expect(told.err).toMatch(/^note: vhost "\S+" is being changed by topo apply of user deploy on/);
  const exported = await call('export', '--vhost', vhost);
  expect(exported.out).not.toContain('topo.lock');
});

test('a run that was killed is taken over at once on its machine', async () => {
  const gateway = await openGateway({
    fault: 'a cut',
    reaches: false,
    when: async ({ path }) => {
      if (!path.endsWith('/q')) return false;
      run.child.kill('SIGKILL');
      await run.ended;
      return true;
    },
  });
  const at = { ...env, RABBITMQ_ENDPOINT: gateway.endpoint, AMQP_URL: 'amqp://127.0.0.1:1' };
  const run = startTopo(['apply', '--yes'], folder, at);
  await run.ended;
  gateway.close();
  expect(await api('GET', `queues/${vhost}/topo.lock?disable_stats=true`)).toBeDefined();
  const next = await call('apply', '--yes', '--lock-timeout', '0');
  expect(next, next.err).toMatchObject({ code: exit.done });
});

test('who may not configure the lock goes on without, and is told so if there is anything to do', async () => {
  const rights = { configure: '^(?!topo\\.lock$)', write: '.*', read: '.*' };
  const user = await userWith(`user-${vhost}`, 'management', { [vhost]: rights });
  const first = await callTopo(['apply', '--yes'], folder, { ...env, ...(user as typeof env) });
  expect(first).toMatchObject({ code: exit.done });
  expect(first.err).toMatch(
    /note: vhost "\S+" can't be locked against other applies: the broker refuses/,
  );
  expect(first.err).toContain('configure on "topo.lock"');
  const second = await callTopo(['apply', '--yes'], folder, { ...env, ...(user as typeof env) });
  expect(second).toMatchObject({ code: exit.done });
  expect(second.err).not.toContain('locked');
});

test('--lock-timeout takes seconds', async () => {
  const told = await call('apply', '--lock-timeout', '1m');
  expect(told).toMatchObject({ code: exit.input });
  expect(told.err).toContain('--lock-timeout takes seconds from 0 to 86400, not "1m"');
});

test('3 workers against 5, five at once: one writes at a time, and each is right', async () => {
  const { runs, wrong, writers } = await applyAtOnce([3, 5, 3, 5, 5], { vhost, folder, env });
  expect(wrong).toEqual([]);
  expect(runs.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0]);
  expect(writers.length).toBeGreaterThan(0);
});
