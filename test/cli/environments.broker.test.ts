// One set of files for several environments: files hard-wire none of them, headings name what would
// be written, and the wrong one is refused.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
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

test.each([
  ['the document ends', '...\n'],
  ['a rename is not done', 'queues:\n  - { name: in.later, renamed_from: in.own }\n'],
])('--into writes nothing that is no longer valid: %s', async (_, rest) => {
  for (const name of ['in.own', 'in.later'])
    await api('PUT', `queues/${prod}/${name}`, { durable: true });
  const text = `vhost: ${prod}\nmanage: { queues: [in.*] }\n${rest}`;
  await write('topology.yaml', text);
  const { code, err } = await topo('export', '--into', 'topology.yaml');
  expect(err).toContain('topology.yaml is not written: so changed, it would not be valid');
  expect(code).toBe(3);
  expect(await read('topology.yaml')).toBe(text);
});

test('--into a file that the environment brings itself', async () => {
  await api('PUT', `queues/${prod}/in.more`, { durable: true });
  await mkdir(join(folder, 'environments'));
  await write('environments/one.yaml', 'files: [../more.yaml]\n');
  await write('topology.yaml', `vhost: ${prod}\n`);
  await write('more.yaml', `vhost: ${prod}\nmanage: { queues: [in.more] }\n`);
  const args = ['export', '--environment', 'one', '--into', 'more.yaml', 'topology.yaml'];
  const { code, err } = await topo(...args);
  expect(code, err).toBe(0);
  expect(await read('more.yaml')).toContain('- name: in.more');
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

describe('--environment', () => {
  const { RABBITMQ_ENDPOINT: endpoint, AMQP_URL: amqpUrl, ...user } = env;
  const there = { ...user, RABBITMQ_ENDPOINT_PROD: endpoint, AMQP_URL_PROD: amqpUrl };
  const inProd = (...args: string[]) => callTopo([...args, '--environment', 'prod'], folder, there);
  const writeProd = (text: string) =>
    write('environments/prod.yaml', `endpoint_env: RABBITMQ_ENDPOINT_PROD\n${text}`);

  beforeEach(async () => {
    await mkdir(join(folder, 'environments'));
    await write(
      'topology.yaml',
      'variables: { n: 1, vhost: null }\nvhost: ${vhost}\nqueues: [{ name: "env${n}" }]\noutputs: { n: "${n}" }\n',
    );
    await writeProd(`variables: { vhost: ${prod}, n: 7 }\nexpect: { cluster_name: ${cluster} }\n`);
  });

  test('plans and applies to its broker, and says so', async () => {
    const planned = await inProd('plan', '--out', 'plan.json');
    expect(planned).toMatchObject({ code: 0 });
    const [heading] = planned.out.split('\n');
    expect(heading).toContain('topology.yaml, environments/prod.yaml → ');
    expect(heading).toContain(`${cluster}, environment prod, vhost ${prod})`);
    const markdown = await inProd('plan', '--format', 'markdown');
    expect(markdown.out.split('\n')[0]).toContain(`, environment \`prod\`, vhost \`${prod}\``);
    const shown = await callTopo(['show', 'plan.json'], folder, {});
    expect(shown.out.split('\n')[0]).toBe(heading);
    const plan = JSON.parse(await read('plan.json')) as object;
    expect(plan).toMatchObject({
      environment: { name: 'prod', endpoint_env: 'RABBITMQ_ENDPOINT_PROD' },
      expect: [{ cluster_name: cluster, source: { file: 'environments/prod.yaml', line: 3 } }],
    });
    expect(await inProd('apply', '--yes')).toMatchObject({ code: 0, err: '' });
    expect(await api('GET', `queues/${prod}/env7`)).toMatchObject({ name: 'env7' });
    expect(await inProd('plan', '--detailed-exitcode')).toMatchObject({ code: 0 });
    expect(await inProd('output', 'n')).toMatchObject({ code: 0, out: '7\n' });
    expect((await inProd('validate')).out).toContain('environments/prod.yaml are valid');
    expect(await inProd('export', '--into', 'topology.yaml')).toMatchObject({ code: 0 });
    const rendered = await inProd('render', '--output', 'rendered.yaml');
    expect(rendered).toMatchObject({ code: 0 });
    expect(await topo('plan', 'rendered.yaml', '--detailed-exitcode')).toMatchObject({ code: 0 });
    await api('DELETE', `queues/${prod}/env7`);
  });

  test('a saved plan goes to the broker of its environment, and to no other', async () => {
    await inProd('plan', '--out', 'plan.json');
    const text = await read('plan.json');
    const apply = ['apply', 'plan.json', '--yes'];
    expect(await callTopo(apply, folder, user)).toMatchObject({
      code: 3,
      err: expect.stringContaining(
        'RABBITMQ_ENDPOINT_PROD is not set, and holds the URL of the broker of environment "prod"',
      ) as string,
    });
    const elsewhere = text.replace(
      `"cluster_name": "${cluster}",\n      "source"`,
      '"cluster_name": "rabbit@other",\n      "source"',
    );
    expect(elsewhere).not.toBe(text);
    await write('plan.json', elsewhere);
    const { code, out, err } = await callTopo([...apply, '--format', 'json'], folder, there);
    expect(code).toBe(4);
    expect(err).toContain(
      `environments/prod.yaml:3:25: error: the file is for cluster "rabbit@other"`,
    );
    expect(JSON.parse(out)).toMatchObject({ error: { code: 'wrong-environment' } });
    await write('plan.json', text.replace('RABBITMQ_ENDPOINT_PROD', 'HOME'));
    expect(await callTopo(apply, folder, there)).toMatchObject({ code: 3 });
    await write('plan.json', text);
    expect(await callTopo(apply, folder, there)).toMatchObject({ code: 0 });
    await api('DELETE', `queues/${prod}/env7`);
  });

  const wrong: [string, () => string, () => string][] = [
    [
      'another cluster',
      () => 'cluster_name: rabbit@other',
      () => 'the file is for cluster "rabbit@other"',
    ],
    [
      'an older version',
      () => "min_version: '99.1'",
      () => 'the file is for RabbitMQ 99.1 and later, but this is ',
    ],
    [
      'another vhost',
      () => `vhosts: [${other}]`,
      () => `the file is for vhost "${other}", but topology.yaml:2 is in vhost "${prod}"`,
    ],
  ];
  test.each(wrong)('%s is refused with 4', async (_, line, why) => {
    await writeProd(`variables: { vhost: ${prod} }\nexpect: { ${line()} }\n`);
    for (const verb of [['plan'], ['apply', '--yes'], ['export', '--into', 'topology.yaml']]) {
      const { code, out, err } = await inProd(...verb);
      expect({ verb, code, out }).toEqual({ verb, code: 4, out: '' });
      expect(err).toContain('environments/prod.yaml:3:');
      expect(err).toContain(why());
    }
  });

  test('a version that is new enough is none', async () => {
    await writeProd(`variables: { vhost: ${prod} }\nexpect: { min_version: '3.8' }\n`);
    expect(await inProd('plan')).toMatchObject({ code: 0, err: '' });
  });

  const calls: [string, string[], Record<string, string>, string][] = [
    [
      'without its variable',
      ['plan'],
      user,
      'environments/prod.yaml:1:15: error: RABBITMQ_ENDPOINT_PROD is not set',
    ],
    ['with another only', ['plan'], env, 'RABBITMQ_ENDPOINT_PROD is not set'],
    [
      'for an upgrade of a live broker',
      ['check-upgrade', '--to', '4.3', '--live'],
      there,
      '--live reads no file of an environment',
    ],
    ['for an export of a broker', ['export'], there, '--environment goes with --into'],
  ];
  test.each(calls)('%s it is exit 3', async (_, args, settings, why) => {
    const { code, err } = await callTopo([...args, '--environment', 'prod'], folder, settings);
    expect(code).toBe(3);
    expect(err).toContain(why);
  });

  test('--endpoint goes before its variable', async () => {
    const flags = ['plan', '--environment', 'prod', '--endpoint', endpoint];
    expect(await callTopo(flags, folder, { ...user, AMQP_URL: amqpUrl })).toMatchObject({
      code: 0,
      err: '',
    });
  });

  test('a saved plan takes no other', async () => {
    await inProd('plan', '--out', 'plan.json');
    expect((await inProd('apply', 'plan.json', '--yes')).err).toContain('without --environment');
  });

  test('it gives its variables to former files, too', async () => {
    await api('PUT', `queues/${prod}/former7`, { durable: true });
    await write(
      'former.yaml',
      'variables: { n: 1, vhost: null }\nvhost: ${vhost}\nqueues: [{ name: "former${n}" }]\n',
    );
    const { code, out } = await inProd('plan', '--was', 'former.yaml');
    expect({ code, out }).toMatchObject({
      code: 0,
      out: expect.stringContaining('former7') as string,
    });
  });

  test('overlays are planned, rendered and kept by --into', async () => {
    const overlays = (limit: number) =>
      `overlays: { queues: [{ name: env7, arguments: { x-max-length: ${limit} } }] }\n`;
    const own = `variables: { vhost: ${prod}, n: 7 }\n`;
    await writeProd(own + overlays(5));
    expect((await inProd('apply', '--yes')).code).toBe(0);
    expect(await api('GET', `queues/${prod}/env7`)).toMatchObject({
      arguments: { 'x-max-length': 5 },
    });
    const rendered = await inProd('render', '--output', 'rendered.yaml');
    expect(rendered.code).toBe(0);
    const ids = [await inProd('plan'), await topo('plan', 'rendered.yaml')].map(
      ({ out }) => / id (\w+)/.exec(out)?.[1],
    );
    expect(ids[0]).toBe(ids[1]);
    const text = await read('topology.yaml');
    expect(await inProd('export', '--into', 'topology.yaml')).toMatchObject({ code: 0, err: '' });
    await writeProd(own + overlays(6));
    const { code, err } = await inProd('export', '--into', 'topology.yaml');
    expect({ code, err }).toEqual({
      code: 0,
      err: 'note: queue "env7" is left as it is: environments/prod.yaml:3 overlays it, and the broker has it otherwise\n',
    });
    expect(await read('topology.yaml')).toBe(text);
    await api('DELETE', `queues/${prod}/env7`);
  });

  test('an overlay that is wrong shows its place, and that of the entry', async () => {
    await writeProd(
      `variables: { vhost: ${prod} }\noverlays:\n  queues:\n    - { name: env1, durabel: false }\n`,
    );
    const { code, err } = await inProd('plan');
    expect(code).toBe(3);
    expect(err)
      .toBe(`environments/prod.yaml:5:21: error: queues[0] has no field "durabel" (in the overlay of topology.yaml:3:10)
  4 |   queues:
  5 |     - { name: env1, durabel: false }
    |                     ^
  hint: did you mean durable?
`);
  });
});
