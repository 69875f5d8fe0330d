// One set of files for several environments: files hard-wire none of them, headings name what would
// be written, and the wrong one is refused.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { api, env, freshVhost } from '../broker.ts';
import { callTopo } from './topo.ts';

let [prod, other, cluster, folder] = ['', '', '', ''];
beforeAll(async () => {
  [prod, other] = [await freshVhost(), await freshVhost()];
  cluster = ((await api('GET', 'overview')) as { cluster_name: string }).cluster_name;
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-environments-'));
  const now = folder;
  return () => rm(now, { recursive: true });
});

const topo = (...args: string[]) => callTopo(args, folder, env);
const read = (file: string) => readFile(join(folder, file), 'utf8');
const write = (file: string, text: string) => writeFile(join(folder, file), text);

test('--into writes no vhost that the file leaves to a variable', async () => {
  await api('PUT', `queues/${prod}/in.own`, { durable: true });
  await api('PUT', `exchanges/${other}/in.x`, { type: 'fanout', durable: true });
  await api('PUT', `queues/${other}/in.q`, { durable: true });
  await api('POST', `bindings/${other}/e/in.x/q/in.q`, { routing_key: 'k' });
  const text = `# Ours
variables: { vhost: null, other: null }
vhost: \${vhost}
manage: { queues: [in.*] }
exchanges:
  - { name: in.x, type: fanout, vhost: '\${other}' }
queues:
  - { name: in.q, vhost: '\${other}' }
`;
  await write('topology.yaml', text);
  const vars = ['--var', `vhost=${prod}`, '--var', `other=${other}`];
  const { code, err } = await topo('export', '--into', 'topology.yaml', ...vars);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(await read('topology.yaml')).toBe(
    `${text}  - name: in.own\n\nbindings:\n` +
      "  - source: in.x\n    destination: in.q\n    routing_key: k\n    vhost: '${other}'\n",
  );
  expect(await topo('plan', ...vars, '--detailed-exitcode')).toMatchObject({ code: 0 });
});

describe('--into one of several files', () => {
  beforeEach(async () => {
    for (const name of ['a.known', 'a.new', 'b.known', 'b.new'])
      await api('PUT', `queues/${prod}/${name}`, { durable: true });
    await api('PUT', `exchanges/${prod}/a.x`, { type: 'topic', durable: true });
    await api('POST', `bindings/${prod}/e/a.x/q/a.known`, { routing_key: 'a' });
    await api('POST', `bindings/${prod}/e/a.x/q/b.known`, { routing_key: 'b' });
    await write('common.yaml', 'variables: { vhost: null }\n');
    await write(
      'a.yaml',
      "vhost: ${vhost}\nmanage: { queues: ['a.*'], exchanges: ['a.*'] }\nqueues:\n  - name: a.known\n",
    );
    await write(
      'b.yaml',
      "vhost: ${vhost}\nmanage: { queues: ['b.*'] }\nqueues:\n  - name: b.known\n",
    );
  });
  const into = (file: string, ...more: string[]) =>
    topo(...['export', '--into', file, '--var', `vhost=${prod}`, ...more]);

  test('takes the objects that belong there, and bindings with their destination', async () => {
    const set = ['a.yaml', 'b.yaml', 'common.yaml'];
    for (const file of ['a.yaml', 'b.yaml'])
      expect(await into(file, ...set)).toMatchObject({ code: 0, err: '' });
    const [a, b] = [await read('a.yaml'), await read('b.yaml')];
    expect(a.match(/(name|destination): .*/g)).toEqual([
      ...['name: a.known', 'name: a.new', 'name: a.x', 'destination: a.known'],
    ]);
    expect(b.match(/(name|destination): .*/g)).toEqual([
      ...['name: b.known', 'name: b.new', 'destination: b.known'],
    ]);
    expect(`${a}${b}`).not.toContain(prod);
    const planned = await topo('plan', ...set, '--var', `vhost=${prod}`, '--detailed-exitcode');
    expect(planned).toMatchObject({ code: 0 });
  });

  test('leaves objects of the others alone, with --match too', async () => {
    await into('a.yaml', '--match', '*', 'b.yaml', 'common.yaml');
    expect(await read('a.yaml')).not.toMatch(/b\.(known|new)/);
  });
});

test('--into names the parts of the file that it ignores', async () => {
  const policies = 'policies: [{ name: p, pattern: x, definition: { max-length: 1 } }]';
  await write('topology.yaml', `vhost: ${prod}\n${policies}\n`);
  const { code, err } = await topo('export', '--into', 'topology.yaml');
  expect({ code, err }).toEqual({
    code: 0,
    err: 'note: 1 policy of the files: left as they are\n',
  });
});

test('a heading names every vhost that would be written', async () => {
  await write('topology.yaml', `vhost: ${prod}\nqueues: [{ name: h, vhost: ${other} }]\n`);
  const heading = ({ out }: { out: string }) => out.split('\n')[0];
  const both = 'exchanges: [{ name: h, type: fanout }]\n';
  expect(heading(await topo('plan'))).toContain(`, vhost ${other})`);
  await write('both.yaml', `${await read('topology.yaml')}${both}`);
  expect(heading(await topo('plan', 'both.yaml'))).toContain(`, vhosts ${prod}, ${other})`);
  const markdown = await topo('plan', 'both.yaml', '--format', 'markdown');
  expect(heading(markdown)).toContain(`, vhosts \`${prod}\`, \`${other}\``);
  const applied = await topo('apply', 'both.yaml', '--yes');
  expect(heading(applied)).toContain(`, vhosts ${prod}, ${other})`);
  expect(heading(await topo('plan', 'both.yaml'))).toContain(`, vhost ${prod})`);
});

describe('expect', () => {
  const rows: [string, () => string, string, string[]][] = [
    [
      'another cluster',
      () => 'expect: { cluster_name: elsewhere }',
      'the file is for cluster "elsewhere", but this is "CLUSTER"',
      ['plan', 'apply', 'export'],
    ],
    [
      'another vhost than is written',
      () => `expect: { cluster_name: ${cluster}, vhosts: [${other}] }`,
      'the file is for vhost "OTHER", but topology.yaml:1 is in vhost "PROD"',
      ['validate', 'plan', 'apply', 'export'],
    ],
    [
      'a vhost that the broker lacks',
      () => `expect: { vhosts: [${prod}, nowhere] }`,
      'the file expects vhost "nowhere", which is not on this broker, or this user may not see it',
      ['plan', 'apply', 'export'],
    ],
  ];
  const verbs: Readonly<Record<string, string[]>> = {
    validate: ['validate'],
    plan: ['plan'],
    apply: ['apply', '--yes'],
    export: ['export', '--into', 'topology.yaml'],
  };
  test.each(rows)('%s is refused before anything is planned', async (_, line, why, refused) => {
    const text = `vhost: ${prod}\n${line()}\nqueues: [{ name: e }]\n`;
    await write('topology.yaml', text);
    const names = new Map([
      ['CLUSTER', cluster],
      ['OTHER', other],
      ['PROD', prod],
    ]);
    const reason = why.replace(/CLUSTER|OTHER|PROD/g, (name) => names.get(name) ?? name);
    for (const verb of refused) {
      const { code, out, err } = await topo(...(verbs[verb] ?? []));
      expect({ verb, code, out }).toEqual({ verb, code: 4, out: '' });
      expect(err).toContain(`topology.yaml:2:`);
      expect(err).toContain(reason);
    }
    expect(await read('topology.yaml')).toBe(text);
    const { out } = await topo('apply', '--yes', '--format', 'json');
    expect(JSON.parse(out)).toMatchObject({ error: { code: 'wrong-environment' } });
  });

  test('holds for all files, and --into keeps it', async () => {
    const expected = `expect: { cluster_name: '\${cluster}', vhosts: ['\${vhost}'] }\n`;
    const head = `variables: { cluster: ${cluster}, vhost: ${prod} }\nvhost: \${vhost}\n`;
    await write('topology.yaml', `${head}${expected}queues: [{ name: e-gone }]\n`);
    await write('more.yaml', `vhost: \${vhost}\n${expected}`);
    expect(await topo('plan', 'topology.yaml', 'more.yaml')).toMatchObject({ code: 0, err: '' });
    expect(await topo('export', '--into', 'topology.yaml')).toMatchObject({ code: 0 });
    expect(await read('topology.yaml')).toBe(`${head}${expected}queues: []\n`);
    const elsewhere = ['plan', 'topology.yaml', 'more.yaml', '--var', 'cluster=elsewhere'];
    const { code, err } = await topo(...elsewhere);
    expect({ code, told: err.match(/the file is for cluster/g) }).toMatchObject({ code: 4 });
    expect(err).toContain('more.yaml:2:');
  });
});

test('an export of one vhost says how to move it to another', async () => {
  const queues = [{ name: 'q', durable: true, auto_delete: false, arguments: {} }];
  const of = { rabbit_version: '4.3.6', original_vhost_name: 'nowhere', queues };
  await write('shop.json', JSON.stringify(of));
  const { code, err } = await topo('plan', 'shop.json');
  expect(code).toBe(3);
  expect(err).toContain('to plan shop.json against another vhost, add "vhost": "NAME" at its top');
  await write('shop.json', JSON.stringify({ vhost: prod, ...of }));
  expect(await topo('plan', 'shop.json')).toMatchObject({ code: 0 });
});
