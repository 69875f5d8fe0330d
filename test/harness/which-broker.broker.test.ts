// Whichever verb finds that something is missing, or gets no connection, says on which broker, and
// why it looked there; a vhost in AMQP_URL is not ignored.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeProgram } from '../../src/cli/harness/program.ts';
import { parseConnection } from '../../src/connection/connection.ts';
import { broker, env } from '../broker.ts';
import { callProgram, type Ended } from '../cli/call.ts';
import { testInWhole } from '../sample.ts';
import { hardened, layBed } from './bed.ts';

const job = 'name: j\nshards: [topology.yaml]\nrounds: 1\nlocal_steps: 1\n';

/** A topology that the broker has nothing of, but its vhost. */
async function layNothing(vhost?: string) {
  const bed = await layBed(
    'exchanges: [{ name: x, type: direct }]\nqueues: [{ name: q }]\nbindings: [{ source: x, destination: q, routing_key: q }]',
  );
  const folder = await mkdtemp(join(tmpdir(), 'topo-which-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'topology.yaml');
  await writeFile(file, `vhost: ${vhost ?? bed.vhost}\n${hardened}`);
  await writeFile(join(folder, 'job.yaml'), job);
  await writeFile(join(folder, 'tasks.jsonl'), '{"round":1}\n');
  await writeFile(join(folder, 'ids'), 'a\n');
  const run = (args: readonly string[], more: object = {}): Promise<Ended> =>
    callProgram(makeProgram, args, { cwd: folder, env: { ...env, ...more } });
  return { bed, run };
}

const verbs: [string, string, string[]][] = [
  ['publish', 'exchange "jobs"', ['publish', 'tasks.jsonl', '--to', 'w1']],
  ['work', 'queue "w1"', ['work', 'w1', '--trainer', 'perceptron', '--log-level', 'silent']],
  ['train', 'exchange "jobs"', ['train', 'job.yaml']],
  ['results', 'queue "results"', ['results']],
  ['status --tasks', 'exchange "events"', ['status', '--tasks', '--ids', 'ids']],
  ['abandon', 'queue "dead"', ['abandon', 'run', '--yes']],
  ['dead list', 'queue "dead"', ['dead', 'list']],
  ['dead replay', 'queue "dead"', ['dead', 'replay']],
];

test.each(verbs)('%s', async (_, missing, args) => {
  const { bed, run } = await layNothing();
  const { hostname, port } = bed.target;
  const { code, err } = await run(args);
  expect(code).toBe(3);
  expect(err).toContain(
    `the broker at ${hostname}:${port} (as AMQP_URL says) has no ${missing} in vhost "${bed.vhost}"`,
  );
  expect(err).toContain('run topo apply');
  const { host } = new URL(broker.amqpUrl);
  const other = await run(args, { AMQP_URL: `${broker.amqpUrl}/elsewhere%2F1` });
  expect(other.code).toBe(3);
  expect(other.err).toContain(
    `AMQP_URL names the vhost "elsewhere/1", and the topology is in the vhost "${bed.vhost}"`,
  );
  expect(other.err).not.toContain(host);
  const same = `${broker.amqpUrl}/${encodeURIComponent(bed.vhost)}`;
  expect((await run(args, { AMQP_URL: same })).err).toContain(missing);
});

/** What is the same for each verb: in npm test for one. */
function testVerbs(situation: string, run: (args: readonly string[]) => Promise<void>): void {
  for (const [verb, , args] of verbs) {
    if (verb === 'publish') test(`${verb} ${situation}`, () => run(args));
    else testInWhole(`${verb} ${situation}`, () => run(args));
  }
}

testVerbs('of a vhost that is not there', async (args) => {
  const { bed, run } = await layNothing('nowhere');
  const { hostname, port } = bed.target;
  const { username } = new URL(broker.amqpUrl);
  const { code, err } = await run(args);
  expect(code).toBe(1);
  expect(err).toContain(
    `the broker at ${hostname}:${port} (as AMQP_URL says) refused user ${username || 'guest'} (530): vhost "nowhere" is not there`,
  );
  expect(err).toContain('create the vhost that the topology names: rabbitmqctl add_vhost nowhere');
});

testVerbs('where nobody answers, and where the password is wrong', async (args) => {
  const { bed, run } = await layNothing();
  const { hostname, port } = bed.target;
  const unreached = await run(args, {
    AMQP_URL: '',
    RABBITMQ_ENDPOINT: `http://127.0.0.2:15672`,
  });
  expect(unreached.code).toBe(1);
  expect(unreached.err).toContain(
    'the broker at 127.0.0.2:5672 (the host of RABBITMQ_ENDPOINT, as AMQP_URL is not set): connect ECONNREFUSED',
  );
  const refused = await run(args, { AMQP_URL: `amqp://nobody:wrong@${hostname}:${port}` });
  expect(refused.code).toBe(1);
  expect(refused.err).toContain(
    `the broker at ${hostname}:${port} (as AMQP_URL says) refused user nobody (403)`,
  );
});

test.each([
  [{ AMQP_URL: 'amqp://a' }, undefined, 'as AMQP_URL says'],
  [{ AMQP_URL: 'amqp://a/' }, undefined, 'as AMQP_URL says'],
  [{ AMQP_URL: 'amqp://a/%2F' }, '/', 'as AMQP_URL says'],
  [{ AMQP_URL: 'amqps://a:1/b%25c?heartbeat=3' }, 'b%c', 'as AMQP_URL says'],
  [
    { RABBITMQ_ENDPOINT: 'http://b:1' },
    undefined,
    'the host of RABBITMQ_ENDPOINT, as AMQP_URL is not set',
  ],
  [{}, undefined, 'the default, as neither AMQP_URL nor RABBITMQ_ENDPOINT is set'],
])('%j', (given, vhost, origin) => {
  const { amqp, amqpVhost } = parseConnection(given, {});
  expect([amqpVhost, amqp.origin]).toEqual([vhost, origin]);
});

test('a vhost in AMQP_URL that is no text is refused', () => {
  expect(() => parseConnection({ AMQP_URL: 'amqp://a/%ff' }, {})).toThrow(
    'AMQP_URL has a % in its vhost',
  );
});
