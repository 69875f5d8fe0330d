// The secrets in runtime parameters are compared, written and kept out of everything that topo
// prints and saves.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { atEnd } from '../at-end.ts';
import { api, env, freshVhost } from '../broker.ts';
import { firstOf } from '../sample.ts';
import { callTopo } from './topo.ts';

const [first, second, literal] = ['s3cret-one', 's3cret-two', 's3cret-three'];
let folder = '';
let vhost = '';
/** All that topo printed. */
let said = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-secrets-'));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  said = '';
  vhost = await freshVhost();
});

async function topo(args: string[], variables: Record<string, string> = {}) {
  const ended = await callTopo(args, folder, { ...env, ...variables });
  said += ended.out + ended.err;
  return ended;
}

async function write(uri: unknown, more: object = {}): Promise<void> {
  const value = { 'src-uri': uri, 'src-queue': 'a', 'dest-uri': 'amqp://', 'dest-queue': 'b' };
  const parameters = [{ component: 'shovel', name: 'to b', value: { ...value, ...more } }];
  await writeFile(join(folder, 'topology.yaml'), JSON.stringify({ vhost, parameters }));
}

async function liveValue(): Promise<Record<string, unknown>> {
  const path = `parameters/shovel/${encodeURIComponent(vhost)}/to%20b`;
  return ((await api('GET', path)) as { value: Record<string, unknown> }).value;
}

/** What topo wrote, but for the file that holds the secret itself. */
async function written(): Promise<string> {
  const files = (await readdir(folder)).filter((name) => name !== 'topology.yaml');
  return (await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')))).join('');
}

async function expectNoSecret(): Promise<void> {
  for (const secret of [first, second, literal]) {
    expect(said).not.toContain(secret);
    expect(await written()).not.toContain(secret);
  }
}

const uriWith = (password: string): string => `amqp://user:${password}@127.0.0.1:1`;

test('a URI from the environment is compared and changed, and no output shows it', async () => {
  await write('${env:SHOVEL_URI}');
  const one = { SHOVEL_URI: uriWith(first) };
  const two = { SHOVEL_URI: uriWith(second) };
  expect(await topo(['apply', '--yes', '--report', 'run.json'], one)).toMatchObject({ code: 0 });
  expect(await liveValue()).toMatchObject({ 'src-uri': uriWith(first) });
  expect(await topo(['plan', '--detailed-exitcode'], one)).toMatchObject({ code: 0 });

  const plan = await topo(['plan', '--detailed-exitcode', '--out', 'plan.json'], two);
  expect(plan.code).toBe(2);
  expect(plan.out).toContain('value.src-uri changes (secret)');
  await topo(['plan', '--format', 'json'], two);
  const shown = await topo(['show', 'plan.json', '--format', 'markdown']);
  expect(shown.out).toContain('value.src-uri changes (secret)');

  const refused = await topo(['apply', 'plan.json', '--yes']);
  expect(refused.code).toBe(3);
  expect(refused.err).toContain('SHOVEL_URI is not set');
  const applied = await topo(['apply', 'plan.json', '--yes', '--format', 'json'], two);
  expect(applied).toMatchObject({ code: 0, err: '' });
  expect(await liveValue()).toMatchObject({ 'src-uri': uriWith(second) });
  expect(await topo(['plan', '--detailed-exitcode'], two)).toMatchObject({ code: 0 });
  await expectNoSecret();
});

test('a saved plan holds no secret of the file, and says to apply the file', async () => {
  await write([uriWith(literal), 'amqp://other']);
  await topo(['plan', '--out', 'plan.json']);
  const refused = await topo(['apply', 'plan.json', '--yes']);
  expect(refused.code).toBe(3);
  expect(refused.err).toContain('apply the files instead');
  expect(await topo(['apply', '--yes'])).toMatchObject({ code: 0 });
  expect(await liveValue()).toMatchObject({ 'src-uri': [uriWith(literal), 'amqp://other'] });
  expect(await topo(['plan', '--detailed-exitcode'])).toMatchObject({ code: 0 });
  await expectNoSecret();
});

test('a stale plan names what has changed without showing it', async () => {
  await write(uriWith(first));
  await topo(['apply', '--yes']);
  await write('${env:SHOVEL_URI}', { 'src-queue': 'c' });
  await topo(['plan', '--out', 'plan.json'], { SHOVEL_URI: uriWith(first) });
  await write(uriWith(second), { 'src-queue': 'd' });
  await topo(['apply', '--yes']);
  const stale = await topo(['apply', 'plan.json', '--yes', '--format', 'json'], {
    SHOVEL_URI: uriWith(first),
  });
  expect(stale.code).toBe(5);
  expect(said).toContain('value.src-queue a → d');
  await expectNoSecret();
});

test('exports name a variable in place of a secret, and plan to nothing with it', async () => {
  await write(uriWith(first));
  await topo(['apply', '--yes']);
  const exported = await topo(['export', '--vhost', vhost, '--output', 'exported.yaml']);
  expect(exported.err).toContain('set PARAMETER_TO_B_SRC_URI to it');
  const known = { PARAMETER_TO_B_SRC_URI: uriWith(first) };
  const again = await topo(['plan', 'exported.yaml', '--detailed-exitcode'], known);
  expect(again).toMatchObject({ code: 0 });

  const definitions = await topo(['export', '--vhost', vhost, '--format', 'definitions']);
  expect(definitions.out).toContain('"src-uri": "amqp://127.0.0.1:1"');
  expect(definitions.err).toContain('are left out of parameters/shovel/');
  await expectNoSecret();
});

test.each(firstOf(['api_token', 'api_key']))(
  'a text is a secret if the global parameter is called %s: an export says how to read it',
  async (called) => {
    const name = `${called} ${vhost}`;
    await api('PUT', `global-parameters/${encodeURIComponent(name)}`, { value: literal });
    atEnd(() => api('DELETE', `global-parameters/${encodeURIComponent(name)}`));
    const manage = { global_parameters: [name] };
    const declared = { vhost, manage, queues: [{ name: 'q' }] };
    await writeFile(join(folder, 'topology.yaml'), JSON.stringify(declared));
    expect((await topo(['plan'])).out).toContain(`- global parameter ${name}`);
    await topo(['plan', '--format', 'json']);
    const merged = await topo(['export', '--into', 'topology.yaml']);
    expect(merged.err).toContain(`the value of global_parameter ${name}`);
    const [, variable = '', flags = ''] =
      /: set (\S+) to it where .* used, with (.*)$/m.exec(merged.err) ?? [];
    expect(flags).toBe(`--allow-env ${variable}`);
    await topo(['apply', '--yes'], { [variable]: literal });
    const again = await topo(['plan', '--detailed-exitcode', ...flags.split(' ')], {
      [variable]: literal,
    });
    expect(again).toMatchObject({ code: 0 });
    await expectNoSecret();
  },
);

test('export --into keeps the variable of a secret that has not changed', async () => {
  await write('${env:SHOVEL_URI}');
  const known = { SHOVEL_URI: uriWith(first) };
  await topo(['apply', '--yes'], known);
  await write('${env:SHOVEL_URI}', { 'src-queue': 'c' });
  const merged = await topo(['export', '--into', 'topology.yaml'], known);
  expect(merged.err).not.toContain('is not printed');
  const text = await readFile(join(folder, 'topology.yaml'), 'utf8');
  expect(text).toContain('${env:SHOVEL_URI}');
  expect(text).not.toContain(first);
  expect(await topo(['plan', '--detailed-exitcode'], known)).toMatchObject({ code: 0 });
  await expectNoSecret();
});

/** As RabbitMQ exports it: a file without expressions. */
async function writeDefinitions(uri: string, more: object = {}): Promise<string> {
  await write(uri, more);
  const topology = JSON.parse(await readFile(join(folder, 'topology.yaml'), 'utf8')) as object;
  const text = `${JSON.stringify({ rabbit_version: '3.10.8', ...topology }, null, 2)}\n`;
  await writeFile(join(folder, 'definitions.json'), text);
  return text;
}

const readDefinitions = () => readFile(join(folder, 'definitions.json'), 'utf8');

test('export --into definitions keeps a secret that stands there and is still true', async () => {
  await writeDefinitions(uriWith(first));
  await topo(['apply', 'definitions.json', '--yes']);
  await writeDefinitions(uriWith(first), { 'src-queue': 'c' });
  const merged = await topo(['export', '--into', 'definitions.json']);
  expect(merged).toMatchObject({ code: 0 });
  const text = await readDefinitions();
  expect(text).toContain(uriWith(first));
  expect(text).not.toContain('${');
  expect(await topo(['plan', 'definitions.json', '--detailed-exitcode'])).toMatchObject({
    code: 0,
  });
  expect(said).not.toContain(first);
  await rm(join(folder, 'definitions.json'));
});

test('export --into definitions writes no new secret there, nor a variable', async () => {
  await write(uriWith(first));
  await topo(['apply', '--yes']);
  const text = await writeDefinitions(uriWith(second));
  const merged = await topo(['export', '--into', 'definitions.json']);
  expect(merged.code).toBe(3);
  expect(merged.err).toContain("definitions.json:2:3: error: a file that RabbitMQ exported can't");
  expect(merged.err).toContain('src-uri of parameter to b');
  expect(merged.err).toContain('remove rabbit_version');
  expect(await readDefinitions()).toBe(text);
  await rm(join(folder, 'definitions.json'));
  await expectNoSecret();
});

test('a refusal of the broker shows no URI', async () => {
  await writeDefinitions('amqp://', { 'src-uris': uriWith(literal) });
  const refused = await topo(['apply', 'definitions.json', '--yes', '--report', 'run.json']);
  expect(refused.code).not.toBe(0);
  expect(refused.out + refused.err).toContain('Unrecognised terms');
  const json = await topo(['apply', 'definitions.json', '--yes', '--format', 'json']);
  expect(json.code).not.toBe(0);
  await rm(join(folder, 'definitions.json'));
  await expectNoSecret();
});

test('nor does a refusal of topo', async () => {
  await write(`amqp://user:${literal}@host:port?x=%zz`);
  const refused = await topo(['apply', '--yes', '--report', 'run.json']);
  expect(refused.code).toBe(3);
  expect(refused.err).toContain('the port is no number from 1 to 65535');
  await expectNoSecret();
});
