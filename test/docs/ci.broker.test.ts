// Every block of docs/ci.md, in its order: files are written as they stand, commands end well and
// say what the page says.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { parse } from 'yaml';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { api, env, freshVhost } from '../broker.ts';
import { callTopo } from '../cli/topo.ts';
import { root } from './clone.ts';

const page = readFileSync(join(root, 'docs/ci.md'), 'utf8');
const folder = await mkdtemp(join(tmpdir(), 'topo-ci-'));
afterAll(() => rm(folder, { recursive: true }));
const [staging, production] = [await freshVhost(), await freshVhost()];
const here = (text: string): string =>
  text.replaceAll('shop-staging', staging).replaceAll('shop-production', production);

const git = (...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=ci', '-c', 'user.email=ci@example', ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: folder, GIT_CONFIG_NOSYSTEM: '1' },
  });

/**
 * One line as a shell takes it: settings, a program, where its output goes. Gives what it prints.
 */
async function run(line: string): Promise<string> {
  const [command = '', file] = here(line).split(' > ');
  const words = command.split(' ');
  const start = words.findIndex((word) => !/^[A-Z_a-z]+=/.test(word));
  const [program = '', ...args] = words.slice(start);
  const settings = words.slice(0, start).map((word) => word.split('='));
  const out = program === 'git' ? git(...args) : await topo(program, args, settings);
  if (file !== undefined) await writeFile(join(folder, file), out);
  return out;
}

async function topo(program: string, args: string[], settings: string[][]): Promise<string> {
  expect(program).toBe('topo');
  const own = Object.fromEntries(settings) as Record<string, string>;
  const { code, out, err } = await callTopo(args, folder, { ...env, ...own }, Readable.from([]));
  if (code !== 0) throw new Error(`${args.join(' ')}: exit ${String(code)}\n${out}${err}`);
  return out;
}

/** A block: a file by its first line, which names it; or commands. Gives what they print. */
async function use({ language, text }: Block): Promise<string[]> {
  const [, name] = /^# (\S+)\n/.exec(text) ?? [];
  if (language === 'yaml' && name !== undefined) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), here(text));
    git('add', '--all');
    git('commit', '--quiet', '--message', name);
    return [];
  }
  const printed: string[] = [];
  for (const line of text.trim().split('\n')) printed.push(await run(line));
  return printed;
}

interface Block {
  readonly language: string;
  readonly text: string;
}

const sections = page.split(/^## /m).map((section) => ({
  name: section.slice(0, section.indexOf('\n')),
  blocks: [...section.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(
    ([, language = '', text = '']): Block => ({ language, text }),
  ),
}));

/** What a section prints, block by block. */
async function runSection(name: string): Promise<string> {
  const blocks = sections.find((section) => section.name === name)?.blocks ?? [];
  expect(blocks).not.toEqual([]);
  const printed: string[] = [];
  for (const block of blocks) printed.push(...(await use(block)));
  return printed.join('\n');
}

const queuesIn = async (vhost: string): Promise<string[]> =>
  ((await api('GET', `queues/${vhost}?columns=name`)) as { name: string }[])
    .map(({ name }) => name)
    .sort();

beforeAll(() => git('init', '--quiet', '--initial-branch', 'main'));

describe('docs/ci.md', { shuffle: false }, () => {
  test('has no block that is not run here', () => {
    const named = sections.filter(({ blocks }) => blocks.length > 0).map(({ name }) => name);
    expect(named).toEqual([
      ...['The files', 'In a pull request', 'After the merge', 'One at a time'],
      ...['A run that was killed', 'A queue that holds messages'],
      ...['Something was deleted by accident', 'Reverting a merge', 'Removing a team'],
    ]);
  });

  test('two environments from one set of files', async () => {
    const printed = await runSection('The files');
    expect(printed.match(/Plan: 3 to create/g)).toHaveLength(2);
    expect(printed).toContain('x-max-length 100000');
  });

  test('a pull request', async () => {
    expect(await runSection('In a pull request')).toContain('are valid: 1 exchange');
    expect(await readFile(join(folder, 'plan.md'), 'utf8')).toMatch(
      /^### topo plan: [^]*\| create \| queue \| `shop.paid`/,
    );
  });

  test('the merge, applied as it was planned, and anew', async () => {
    const printed = await runSection('After the merge');
    expect(printed.match(/Apply: 3 created/g)).toHaveLength(2);
    expect(JSON.parse(await readFile(join(folder, 'run.json'), 'utf8'))).toMatchObject({
      converged: true,
    });
  });

  test('the workflow: one run at a time, and its commands', async () => {
    const [block] = sections.find(({ name }) => name === 'One at a time')?.blocks ?? [];
    const workflow = parse(block?.text ?? '') as {
      concurrency: object;
      jobs: { apply: { steps: { run?: string }[] } };
    };
    expect(workflow.concurrency).toMatchObject({ 'cancel-in-progress': false });
    const commands = workflow.jobs.apply.steps.flatMap(({ run: line }) => line ?? []);
    expect(commands).toHaveLength(2);
    for (const line of commands) expect(await run(line)).toContain('Plan: nothing to do');
  });

  test('the same command again', async () => {
    expect(await runSection('A run that was killed')).toContain('nothing to do · 3 unchanged');
  });

  test('a queue gets another type and another name, without a message lost', async () => {
    const { blocks = [] } =
      sections.find(({ name }) => name === 'A queue that holds messages') ?? {};
    const [quorum, retype, renamed, rename] = blocks as [Block, Block, Block, Block];
    await api('POST', `exchanges/${production}/shop.orders/publish`, {
      properties: { delivery_mode: 2 },
      routing_key: 'order.us.paid',
      payload: 'x',
      payload_encoding: 'string',
    });
    await use(quorum);
    expect((await use(retype)).join()).toContain('1 message is carried over');
    await use(renamed);
    await use(rename);
    expect(await queuesIn(production)).toEqual(['shop.paid.v2']);
    const [found] = (await api('POST', `queues/${production}/shop.paid.v2/get`, {
      count: 1,
      ackmode: 'ack_requeue_false',
      encoding: 'auto',
    })) as { payload: string }[];
    expect(found?.payload).toBe('x');
  });

  test('what was deleted comes back', async () => {
    const printed = await runSection('Something was deleted by accident');
    expect(printed).toContain('Apply: 2 created');
    expect(await queuesIn(production)).toEqual(['shop.paid']);
  });

  test('a revert leaves nothing without an owner', async () => {
    const printed = await runSection('Reverting a merge');
    expect(printed).toContain('no object of the files of --was is left without an owner');
  });

  test('a team goes', async () => {
    const printed = await runSection('Removing a team');
    expect(printed).toMatch(/owned by the files of --was, and now without an owner: [^\n]*queue/);
    expect(printed).toContain('queues/');
    expect(printed).toMatch(/Apply: .*deleted/);
    expect(await queuesIn(staging)).not.toContain('shop.shipping.parcels');
  });
});
