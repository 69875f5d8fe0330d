// What apply asks on a terminal, a real one that Python opens, and what becomes of each answer.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { api, broker, freshVhost } from '../broker.ts';
import { firstOf } from '../sample.ts';
import { leaveBehind, leaveRecord } from './left-behind.ts';

const main = new URL('../../dist/cli/main.js', import.meta.url).pathname;
const onTerminal = `import os, pty, sys
sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))`;
const env = {
  PATH: process.env['PATH'] ?? '',
  NO_COLOR: '1',
  RABBITMQ_ENDPOINT: broker.endpoint,
  RABBITMQ_USERNAME: broker.username,
  RABBITMQ_PASSWORD: broker.password,
  AMQP_URL: broker.amqpUrl,
};

let vhost = '';
beforeEach(async () => {
  vhost = await freshVhost();
});

/** Runs apply; when it asks, `meanwhile` happens, and then the answer is typed. */
async function apply(
  answer: string,
  meanwhile?: () => Promise<unknown>,
  { queue = '{ name: new }', flags = [] }: { queue?: string; flags?: readonly string[] } = {},
): Promise<{ code: unknown; said: string }> {
  const cwd = await mkdtemp(join(tmpdir(), 'topo-asked-'));
  onTestFinished(() => rm(cwd, { recursive: true }));
  await writeFile(join(cwd, 'topology.yaml'), `vhost: ${vhost}\nqueues: [${queue}]\n`);
  const args = ['-c', onTerminal, process.execPath, main, 'apply', ...flags];
  const child = spawn('python3', args, { cwd, env, stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill());
  const closed = once(child, 'close');
  let said = '';
  let isAsked = false;
  for await (const chunk of child.stdout) {
    said += String(chunk);
    if (isAsked || !said.includes('Apply this plan? [y/N] ')) continue;
    isAsked = true;
    await meanwhile?.();
    child.stdin.write(answer);
  }
  const [code] = (await closed) as unknown[];
  // What moves the cursor is left out.
  return { code, said: said.replace(/\r|\x1b\[\d*[GJ]/g, '') };
}

const queues = async (): Promise<unknown> => api('GET', `queues/${vhost}?columns=name`);
const stale = () => `error: the plan is stale
  queues/${vhost}/new has changed since: there was none, now durable, x-queue-type classic
  hint: nothing was written; plan again
`;
const interrupted = `error: interrupted
  hint: run the same command again to go on
`;

const rows: [string, { answer: string; code: number; says: string; makes: object[] }][] = [
  ['yes', { answer: 'yes\n', code: 0, says: 'Apply: 1 created in', makes: [{ name: 'new' }] }],
  ['Ctrl-C', { answer: '\x03', code: 130, says: `[y/N] \n${interrupted}`, makes: [] }],
  ['no', { answer: 'n\n', code: 4, says: 'declined: nothing was written\n', makes: [] }],
  ['nothing', { answer: '\n', code: 4, says: 'declined: nothing was written\n', makes: [] }],
  [
    'Ctrl-D',
    { answer: '\x04', code: 4, says: '[y/N] \ndeclined: nothing was written\n', makes: [] },
  ],
];

test.each(firstOf(rows, 3))('%s', async (_, { answer, code, says, makes }) => {
  const ended = await apply(answer);
  expect(ended).toEqual({ code, said: expect.stringContaining(says) as string });
  expect(await queues()).toEqual(makes);
});

test('what earlier runs left stays until the answer is yes', async () => {
  const left = await leaveBehind(vhost);
  expect(await apply('n\n')).toMatchObject({ code: 4 });
  expect(await left()).toHaveLength(2);
  expect(await apply('y\n')).toMatchObject({ code: 0 });
  expect(await left()).toEqual([]);
});

test('a yes to an outdated plan is an error', async () => {
  const ended = await apply('y\n', () => api('PUT', `queues/${vhost}/new`, { durable: true }));
  expect(ended).toEqual({ code: 5, said: expect.stringContaining(stale()) as string });
});

test('a yes is an error if another apply was cut off meanwhile, and took something', async () => {
  const fixed = { durable: true, auto_delete: false, internal: false, arguments: {} };
  const before = { object: 'exchange', name: 'x', type: 'direct', ...fixed };
  const taken = { before, after: { ...before, type: 'topic' } };
  const ended = await apply('y\n', () => leaveRecord(vhost, [taken]));
  const why = 'the plan is stale\n  the broker has changed since you were asked\n';
  expect(ended).toEqual({ code: 5, said: expect.stringContaining(why) as string });
  expect(await queues()).not.toContainEqual({ name: 'new' });
});

test('a yes is an error if the queue by now holds more than was shown, plus a margin', async () => {
  await api('PUT', `queues/${vhost}/full`, { durable: true });
  const publish = async () => {
    const message = {
      routing_key: 'full',
      properties: {},
      payload: 'x',
      payload_encoding: 'string',
    };
    for (let n = 0; n < 12; n++) {
      await api('POST', `exchanges/${vhost}/amq.default/publish`, message);
    }
  };
  const queue = '{ name: full, arguments: { x-max-length: 5 } }';
  const flags = ['--allow-message-loss', `queues/${vhost}/full`];
  const ended = await apply('y\n', publish, { queue, flags });
  const why = '12 messages would be lost, but you agreed to 10';
  expect(ended).toEqual({
    code: 5,
    said: expect.stringContaining(`the plan is stale\n  queues/${vhost}/full: ${why}`) as string,
  });
});
