// Cuts an apply off with kill -9 between delete and declare: whichever run comes next puts back
// what it took. Real kills, a real proxy.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { connect } from 'amqplib';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { api, broker, freshVhost } from '../broker.ts';
import { openProxy, type Proxy } from '../proxy.ts';
import { firstOf, testInWhole } from '../sample.ts';
import { callTopo, startTopo, type Running } from './topo.ts';

let folder = '';
let vhost = '';
let file = '';
let proxy: Proxy;
let env: Record<string, string> = {};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-unfinished-'));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  vhost = await freshVhost();
  file = join(folder, `${vhost}.yaml`);
  const { hostname, port } = new URL(broker.endpoint);
  proxy = await openProxy({ host: hostname, port: Number(port) });
  env = {
    RABBITMQ_ENDPOINT: `http://127.0.0.1:${proxy.port}`,
    RABBITMQ_USERNAME: broker.username,
    RABBITMQ_PASSWORD: broker.password,
    AMQP_URL: 'amqp://127.0.0.1:1',
  };
  await api('PUT', `exchanges/${vhost}/x`, { type: 'direct', durable: true });
  for (const name of ['theirs', 'ours']) await api('PUT', `queues/${vhost}/${name}`, durable);
  for (const routing_key of ['a', 'b ü', 'c']) await bind('theirs', routing_key);
});
afterEach(() => proxy.close());

const durable = { durable: true };
const bind = (queue: string, routing_key: string) =>
  api('POST', `bindings/${vhost}/e/x/q/${queue}`, { routing_key, arguments: { note: 1 } });
const write = (yaml: string) => writeFile(file, `vhost: ${vhost}\n${yaml}\n`);
const topic = 'exchanges: [{ name: x, type: topic }]';

const names = async (kind: string): Promise<string[]> =>
  ((await api('GET', `${kind}/${vhost}`)) as { name: string }[]).map(({ name }) => name).sort();
const records = async () =>
  (await names('queues')).filter((name) => name.startsWith('topo.record.'));
const boundKeys = async (): Promise<string[]> =>
  ((await api('GET', `exchanges/${vhost}/x/bindings/source`)) as { routing_key: string }[])
    .map(({ routing_key }) => routing_key)
    .sort();

/** A folder that no earlier run was in, as a CI job has. */
const elsewhere = () => mkdtemp(join(folder, 'elsewhere-'));
const apply = async (...flags: string[]) =>
  callTopo(['apply', file, '--yes', ...flags], await elsewhere(), env);

/** Fails where it ends before that. */
async function reaches({ ended }: Running, step: Promise<void>): Promise<void> {
  const early = ended.then((all) => expect.fail(JSON.stringify(all)));
  await Promise.race([step, early]);
  early.catch(() => undefined);
}

/** The broker gets the delete, and topo no answer: then it is killed. */
async function killAmidDelete(cwd: string, what = file): Promise<void> {
  const deletes = /^DELETE \/api\/(\w+\/[^/]+\/(?:x|ours))[ ?]/m;
  const isDeleted = proxy.blackHoleAfter(deletes);
  const run = startTopo(['apply', what, '--yes'], cwd, env);
  await reaches(run, isDeleted);
  const [, path = ''] = deletes.exec(proxy.requests.join('\n')) ?? [];
  const isThere = () => api('GET', path).then(Boolean, () => false);
  await expect.poll(isThere, { message: `${path} is there` }).toBe(false);
  // Else the cut would leave a name that can't be declared again: cut-delete.broker.test.ts.
  const mark = `parameters/exchange-delete-in-progress/${vhost}/x`;
  while (await api('GET', mark).then(Boolean, () => false)) await pause(20);
  run.child.kill('SIGKILL');
  await run.ended;
  proxy.restore();
}

test('the next run, from anywhere, puts back what no file declares, and removes the record', async () => {
  await write(topic);
  await killAmidDelete(await elsewhere());
  expect(await names('exchanges')).not.toContain('x');
  const [record = ''] = await records();
  expect(record).toMatch(/^topo\.record\.[0-9a-f]{7}-[0-9a-f]{8}\.1$/);

  const plan = await callTopo(['plan', file, '--detailed-exitcode'], await elsewhere(), env);
  expect(plan).toMatchObject({ code: 2 });
  const id = record.slice('topo.record.'.length, -'.1'.length);
  const who = `by ${broker.username} on ${hostname()}`;
  expect(plan.out).toContain(
    `apply ${id} of ${file} has not ended: it was interrupted, or is still running\n`,
  );
  expect(plan.out).toMatch(
    /^ {2}started \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC \((just now|\d+ \w+ ago)\) by /m,
  );
  expect(plan.out).toContain(` ${who}, recorded on the broker\n`);
  expect(plan.out).toContain(
    '  of 1 replacement: 1 away\n' +
      '  topo apply first puts back 4 objects that it deleted, even if something is refused below\n' +
      `      exchanges/${vhost}/x\n` +
      `      bindings/${vhost}/e/x/q/theirs/a`,
  );
  expect(plan.out).toContain('Plan: 4 objects to put back first · ');
  const markdown = await callTopo(['plan', file, '--format', 'markdown'], folder, env);
  expect(markdown.out).toContain(
    `**Unfinished**: apply \`${id}\` of \`${file}\` has not ended: it was interrupted,`,
  );
  const json = await callTopo(['plan', file, '--format', 'json'], folder, env);
  const { unfinished } = JSON.parse(json.out) as { unfinished: object[] };
  const author = { user: broker.username, host: hostname(), files: [file] };
  expect(unfinished).toMatchObject([{ id, ...author, replaced: { away: 1 }, lost: [] }]);
  const exported = await callTopo(['export', '--vhost', vhost], folder, env);
  expect(exported.out).not.toContain('topo.record');
  expect(exported.err).toContain(`warning: apply ${id} of ${file}, begun `);
  expect(exported.err).toContain(
    `${who}, has not ended: 4 objects that it took away are not in the export: exchanges/${vhost}/x, `,
  );

  const report = join(folder, `${vhost}-run.json`);
  const next = await apply('--report', report);
  expect(next, next.out + next.err).toMatchObject({ code: 0 });
  expect(next.out).toContain(`Put back: 4 objects that apply ${id} of ${file} had deleted\n`);
  expect(await boundKeys()).toEqual(['a', 'b ü', 'c']);
  expect(await api('GET', `exchanges/${vhost}/x`)).toMatchObject({ type: 'topic' });
  expect(await records()).toEqual([]);
  const { put_back } = JSON.parse(await readFile(report, 'utf8')) as { put_back: string[] };
  expect(put_back).toContain(`exchanges/${vhost}/x`);
  expect(put_back).toHaveLength(4);
});

testInWhole('the same in a vhost whose name needs encoding', async () => {
  const odd = await freshVhost(broker, '/b %2F é');
  const at = encodeURIComponent(odd);
  await api('PUT', `exchanges/${at}/x`, { type: 'direct', durable: true });
  await api('PUT', `queues/${at}/theirs`, durable);
  await api('POST', `bindings/${at}/e/x/q/theirs`, { routing_key: 'b ü' });
  await writeFile(file, `vhost: ${JSON.stringify(odd)}\n${topic}\n`);
  await killAmidDelete(await elsewhere());
  const left = (await api('GET', `queues/${at}`)) as { name: string }[];
  expect(left.map(({ name }) => name)).toContainEqual(expect.stringMatching(/^topo\.record\./));

  const next = await apply();
  expect(next, next.out + next.err).toMatchObject({ code: 0 });
  expect(await api('GET', `exchanges/${at}/x`)).toMatchObject({ type: 'topic' });
  expect(await api('GET', `exchanges/${at}/x/bindings/source`)).toMatchObject([
    { vhost: odd, destination: 'theirs', routing_key: 'b ü' },
  ]);
  expect(await api('GET', `queues/${at}`)).toHaveLength(1);
});

test("a refused plan doesn't keep back what was taken away", async () => {
  await api('PUT', `queues/${vhost}/full`, durable);
  const more = 'queues: [{ name: full, arguments: { x-max-length: 5 } }]';
  const replaced = 'queues: [{ name: ours, arguments: { x-max-length: 5 } }]';
  await bind('ours', 'd');
  await write(replaced);
  await killAmidDelete(await elsewhere());
  expect(await names('queues')).not.toContain('ours');
  const connection = await connect(`${broker.amqpUrl}/${vhost}`);
  const channel = await connection.createConfirmChannel();
  channel.sendToQueue('full', Buffer.from('kept'));
  await channel.waitForConfirms();
  await connection.close();

  await write(more);
  const next = await apply();
  expect(next, next.out + next.err).toMatchObject({ code: 4 });
  expect(await names('queues')).toContain('ours');
  expect(await boundKeys()).toContain('d');
  expect(await records()).toEqual([]);
});

test('an application that declares the exchange meanwhile causes no circle', async () => {
  await write(topic);
  await killAmidDelete(await elsewhere());
  await api('PUT', `exchanges/${vhost}/x`, { type: 'fanout', durable: true });
  const next = await apply();
  expect(next, next.out + next.err).toMatchObject({ code: 0 });
  expect(await boundKeys()).toEqual(['a', 'b ü', 'c']);
  expect(await api('GET', `exchanges/${vhost}/x`)).toMatchObject({ type: 'topic' });
});

test("what can't come back is named, and given up by name; the rest comes back", async () => {
  await bind('ours', 'd');
  await write(topic);
  await killAmidDelete(await elsewhere());
  await api('DELETE', `queues/${vhost}/theirs`);
  const refused = await apply();
  expect(refused, refused.out + refused.err).toMatchObject({ code: 4 });
  expect(refused.out).toContain("3 bindings that it took can't come back, as an end is gone");
  expect(await boundKeys()).toEqual(['d']);
  const [, id = ''] = /--give-up (\S+)/.exec(refused.out) ?? [];
  const next = await apply('--give-up', id);
  expect(next, next.out + next.err).toMatchObject({ code: 0 });
  expect(await records()).toEqual([]);
  expect(await apply()).toMatchObject({ code: 0 });
});

testInWhole('a saved plan goes on, too', async () => {
  await write(topic);
  const saved = join(folder, `${vhost}.json`);
  await callTopo(['plan', file, '--out', saved], folder, env);
  await killAmidDelete(await elsewhere(), saved);
  const next = await callTopo(['apply', saved, '--yes'], await elsewhere(), env);
  expect(next, next.out + next.err).toMatchObject({ code: 0 });
  expect(await boundKeys()).toEqual(['a', 'b ü', 'c']);
  expect(await records()).toEqual([]);
});

testInWhole('a second kill, while putting back, changes nothing', async () => {
  await write(topic);
  await killAmidDelete(await elsewhere());
  const isBinding = proxy.blackHoleAfter(/^POST /m);
  const run = startTopo(['apply', file, '--yes'], await elsewhere(), env);
  await reaches(run, isBinding);
  run.child.kill('SIGKILL');
  await run.ended;
  proxy.restore();
  expect(await records()).toHaveLength(1);
  const next = await apply();
  expect(next, next.out + next.err).toMatchObject({ code: 0 });
  expect(await boundKeys()).toEqual(['a', 'b ü', 'c']);
});

test('if the user may not declare topo’s own queues, the record goes into the folder, with a note', async () => {
  const user = { password: 'secret', tags: 'management' };
  await api('PUT', `users/${vhost}`, user);
  const rights = { configure: '^(x|theirs|ours)$', write: '.*', read: '.*' };
  await api('PUT', `permissions/${vhost}/${vhost}`, rights);
  env = { ...env, RABBITMQ_USERNAME: vhost, RABBITMQ_PASSWORD: 'secret' };
  await write(topic);
  const home = await elsewhere();
  await killAmidDelete(home);
  expect(await records()).toEqual([]);
  const [kept = ''] = await readdir(join(home, '.topo/unfinished'));
  const next = await callTopo(['apply', file, '--yes'], home, env);
  expect(next, next.out + next.err).toMatchObject({ code: 0 });
  expect(next.out).toContain(`recorded in .topo/unfinished/${kept}`);
  expect(await boundKeys()).toEqual(['a', 'b ü', 'c']);
  expect(await readdir(join(home, '.topo/unfinished'))).toEqual([]);
  await write('exchanges: [{ name: x, type: fanout }]');
  const last = await callTopo(['apply', file, '--yes'], home, env);
  expect(last).toMatchObject({ code: 0 });
  expect(last.err).toContain('only a run from this folder knows what to put back');
  await api('DELETE', `users/${vhost}`);
});

const tooShort = [
  ['policies', '.*'],
  ['operator-policies', '^topo'],
  // Not to be read as JavaScript, so it may be for topo, too.
  ['policies', '^[[:alpha:]]+[.]'],
] as const;
test.each(firstOf(tooShort))(
  'one of the %s, for %s, that would let the record expire is named before the first write',
  async (kind, pattern) => {
    const definition = { expires: 60_000 };
    await api('PUT', `${kind}/${vhost}/short%20lived`, {
      pattern,
      definition,
      'apply-to': 'queues',
    });
    await write(topic);
    const ended = await apply();
    expect(ended, ended.out + ended.err).toMatchObject({ code: 1 });
    expect(ended.err).toContain(
      `error: policy "short lived" would delete topo's records on the broker after 60000 ms`,
    );
    expect(ended.err).toContain('hint: let its pattern');
    expect(await api('GET', `exchanges/${vhost}/x`)).toMatchObject({ type: 'direct' });
    expect(await records()).toEqual([]);
  },
);

test("an apply that can't be recorded anywhere isn't begun", async () => {
  const home = await elsewhere();
  await writeFile(join(home, '.topo'), 'a file where a folder is to be');
  await api('PUT', `users/${vhost}`, { password: 'secret', tags: 'management' });
  const rights = { configure: '^(x|theirs|ours)$', write: '.*', read: '.*' };
  await api('PUT', `permissions/${vhost}/${vhost}`, rights);
  const user = { RABBITMQ_USERNAME: vhost, RABBITMQ_PASSWORD: 'secret' };
  await write(topic);
  const ended = await callTopo(['apply', file, '--yes'], home, { ...env, ...user });
  expect(ended, ended.out + ended.err).toMatchObject({ code: 1 });
  expect(ended.err).toContain(
    "error: .topo/unfinished can't be created, to record what is taken away: ENOTDIR",
  );
  expect(ended.err).toContain(`-p ${vhost} ${vhost} '^topo\\.record\\.' '' '', or apply it from`);
  expect(await api('GET', `exchanges/${vhost}/x`)).toMatchObject({ type: 'direct' });
  await api('DELETE', `users/${vhost}`);
});

const forged = (change: object) => ({
  topo_record: 1,
  id: '0000000-00000000',
  cluster_name: 'CLUSTER',
  vhost,
  started: '2026-11-28T10:00:00.000Z',
  replaced: [],
  rings: [],
  bindings: [],
  ...change,
});
const binding = {
  source: 'x',
  destination: 'ours',
  destination_type: 'queue',
  routing_key: 'evil',
};
const forgeries: [string, () => object, object, string][] = [
  ['of a later topo', () => forged({}), { 'x-topo-version': 2 }, 'it is of format 2'],
  [
    'with bindings of what it did not take',
    () => forged({ bindings: [{ ...binding, arguments: {} }] }),
    {},
    'it names bindings of objects that it did not delete',
  ],
  ['of another vhost', () => forged({ vhost: '/' }), {}, 'it describes another apply'],
  ['of another id', () => forged({ id: '0000000-11111111' }), {}, 'it describes another apply'],
  ['that lacks a part', () => forged({}), { 'x-topo-parts': 2 }, 'parts of it are missing'],
  ['that is no JSON', () => ({ toJSON: () => 'text' }), {}, 'it is not a record'],
];
test('records that are forged, of a later topo or broken are neither believed nor deleted', async () => {
  const { cluster_name } = (await api('GET', 'overview')) as { cluster_name: string };
  const name = 'topo.record.0000000-00000000.1';
  await write('exchanges: [{ name: new, type: topic }]');
  for (const [what, make, args, why] of forgeries) {
    const text = JSON.stringify(make()).replace('CLUSTER', cluster_name);
    const own = {
      'x-topo': 'record',
      'x-topo-version': 1,
      'x-topo-parts': 1,
      'x-topo-record': text,
    };
    await api('PUT', `queues/${vhost}/${name}`, { durable: true, arguments: { ...own, ...args } });
    const next = await apply('--give-up', '0000000-00000000');
    expect(next, what).toMatchObject({ code: 4 });
    expect(next.out, what).toContain(`and can't be read: ${why}`);
    expect(await names('exchanges'), what).not.toContain('new');
    expect(await boundKeys(), what).toEqual(['a', 'b ü', 'c']);
    expect(await records(), what).toEqual([name]);
    await api('DELETE', `queues/${vhost}/${name}`);
  }
});

test('a large record is split over several queues and joined again', async () => {
  const many = Array.from({ length: 130 }, (_, nth) => `key ${nth} with ${'ü'.repeat(20)}`);
  await Promise.all(many.map((key) => bind('theirs', key)));
  await write(topic);
  await killAmidDelete(await elsewhere());
  // So many bindings take a busy broker seconds to delete.
  while ((await names('exchanges')).includes('x')) await pause(100);
  expect((await records()).length).toBeGreaterThan(1);
  const next = await apply();
  expect(next, next.out + next.err).toMatchObject({ code: 0 });
  expect(await boundKeys()).toHaveLength(133);
  expect(await records()).toEqual([]);
});
