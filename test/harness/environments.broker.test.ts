// --environment of every verb of topo-harness: as for topo, its broker is the one that the
// environment's variable names, and the wrong one is refused before anything is sent or taken.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { makeProgram } from '../../src/cli/harness/program.ts';
import { atEnd } from '../at-end.ts';
import { api, broker, env } from '../broker.ts';
import { callProgram, type Ended } from '../cli/call.ts';
import { version } from '../version.ts';
import { hardened, layBed } from './bed.ts';

const { cluster_name: cluster } = (await api('GET', 'overview')) as { cluster_name: string };

/** A topology on the broker whose vhost only the environment knows. `lines`: more of that. */
async function layEnvironment(lines: string) {
  const bed = await layBed(hardened);
  const folder = await mkdtemp(join(tmpdir(), 'topo-harness-environments-'));
  atEnd(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, 'environments'));
  const files = {
    'topology.yaml': `variables: { vhost: nowhere }\nvhost: \${vhost}\n${hardened}`,
    'environments/prod.yaml': `variables: { vhost: ${bed.vhost} }\n${lines}\n`,
    'more.yaml': `vhost: \${vhost}
queues: [{ name: w3 }]
bindings: [{ source: jobs, destination: w3, routing_key: k3 }]
`,
    'job.yaml': 'name: j\nshards: [topology.yaml]\nrounds: 1\nlocal_steps: 1\n',
    'tasks.jsonl': '{"round":1}\n',
    ids: 'a\n',
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  // The usual variables lead elsewhere.
  const elsewhere = { AMQP_URL: 'amqp://127.0.0.2:1', RABBITMQ_ENDPOINT: 'http://127.0.0.2:1' };
  const run = (args: readonly string[], more: Record<string, string> = {}): Promise<Ended> =>
    callProgram(makeProgram, [...args, '--environment', 'prod'], {
      cwd: folder,
      env: { ...env, ...elsewhere, ...more },
    });
  return { bed, folder, run };
}

const prod = { RABBITMQ_ENDPOINT_PROD: broker.endpoint, AMQP_URL_PROD: broker.amqpUrl };
const inProd = 'endpoint_env: RABBITMQ_ENDPOINT_PROD';

const verbs: [string, string[]][] = [
  ['publish', ['publish', 'tasks.jsonl', '--to', 'w1']],
  ['work', ['work', 'w1', '--trainer', 'perceptron', '--log-level', 'silent']],
  ['train', ['train', 'job.yaml']],
  ['results', ['results']],
  ['status --tasks', ['status', '--tasks', '--ids', 'ids']],
  ['abandon', ['abandon', 'run', '--yes']],
  ['dead list', ['dead', 'list']],
  ['dead replay', ['dead', 'replay']],
  ['dead drop', ['dead', 'drop', '--yes']],
];

type Laid = Awaited<ReturnType<typeof layEnvironment>>;

describe('the variable', () => {
  let laid: Laid;
  beforeAll(async () => {
    laid = await layEnvironment(inProd);
  });

  test.each(verbs)('%s goes nowhere while it is not set', async (_, args) => {
    const { code, out, err } = await laid.run(args);
    expect({ code, out }).toEqual({ code: 3, out: '' });
    expect(err).toContain('environments/prod.yaml:2:15');
    expect(err).toContain(
      'RABBITMQ_ENDPOINT_PROD is not set, and holds the URL of the broker of environment "prod"',
    );
  });

  test.each(verbs)('%s goes where it says, and not elsewhere', async (_, args) => {
    const { code, err } = await laid.run(args, {
      RABBITMQ_ENDPOINT_PROD: 'http://127.0.0.3:1',
      AMQP_URL_PROD: 'amqp://127.0.0.3:1',
    });
    expect(code).toBe(1);
    expect(err).toContain(
      'the broker at 127.0.0.3:1 (as AMQP_URL_PROD says): connect ECONNREFUSED',
    );
  });
});

const wrong: [string, string, string][] = [
  [
    'of another cluster',
    'expect: { cluster_name: elsewhere }',
    `the file is for cluster "elsewhere", but this is "${cluster}"`,
  ],
  [
    'that is too old',
    "expect: { min_version: '99.0' }",
    `the file is for RabbitMQ 99.0 and later, but this is ${version}`,
  ],
  ['with another vhost', 'expect: { vhosts: [elsewhere] }', 'the file is for vhost "elsewhere"'],
];

describe.each(wrong)('a broker %s is refused by', (_, line, why) => {
  let laid: Laid;
  beforeAll(async () => {
    laid = await layEnvironment(`${inProd}\n${line}`);
    await laid.bed.publish('kept');
  });

  test.each(verbs)('%s', async (_verb, args) => {
    const { code, out, err } = await laid.run(args, prod);
    expect({ code, out }).toEqual({ code: 4, out: '' });
    expect(err).toContain('environments/prod.yaml:3:');
    expect(err).toContain(why);
    expect(await laid.bed.depth('w1')).toBe(1);
  });
});

describe('another cluster than the topology file itself expects is refused by', () => {
  let laid: Laid;
  beforeAll(async () => {
    laid = await layEnvironment(inProd);
    const file = join(laid.folder, 'topology.yaml');
    await writeFile(file, `${await readFile(file, 'utf8')}expect: { cluster_name: elsewhere }\n`);
  });

  test.each(verbs)('%s', async (_, args) => {
    const { code, err } = await laid.run(args, prod);
    expect(code).toBe(4);
    expect(err).toContain('the file is for cluster "elsewhere"');
  });
});

test('publish sends to the broker and the vhost of the environment', async () => {
  const expected = `expect: { cluster_name: '${cluster}', min_version: '3.10' }`;
  const { bed, run } = await layEnvironment(`${inProd}\n${expected}`);
  const published = await run(['publish', 'tasks.jsonl', '--to', 'w1'], prod);
  expect(published).toMatchObject({ code: 0 });
  expect(published.out).toContain('Published: 1 confirmed');
  expect(await bed.depth('w1')).toBe(1);
});

test('publish reaches a worker of the files that only the environment has', async () => {
  const { bed, run } = await layEnvironment(`${inProd}\nfiles: [../more.yaml]`);
  await api('PUT', `queues/${bed.vhost}/w3`, { durable: true });
  await api('POST', `bindings/${bed.vhost}/e/jobs/q/w3`, { routing_key: 'k3' });
  expect(await run(['publish', 'tasks.jsonl', '--to', 'w3'], prod)).toMatchObject({ code: 0 });
  expect(await bed.depth('w3')).toBe(1);
});

test.each([
  ['a URL in the file', 'endpoint: http://elsewhere', 'no file may hold the URL'],
  ['a variable of another name', 'endpoint_env: CI_COMMIT_MESSAGE', 'CI_COMMIT_MESSAGE'],
  ['an overlay of nothing', 'overlays: { queues: [{ name: w9, durable: true }] }', '"w9"'],
])('%s is exit 3', async (_, line, why) => {
  const { run } = await layEnvironment(line);
  const { code, err } = await run(['publish', 'tasks.jsonl', '--to', 'w1'], prod);
  expect(code).toBe(3);
  expect(err).toContain('environments/prod.yaml:2:');
  expect(err).toContain(why);
});
