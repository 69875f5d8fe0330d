// Where what is said can't be written: /dev/full is a disk without room.
import { closeSync, openSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { api, broker, freshVhost } from '../broker.ts';
import { runTopo } from './topo.ts';

const full = openSync('/dev/full', 'w');
const env = {
  RABBITMQ_ENDPOINT: broker.endpoint,
  RABBITMQ_USERNAME: broker.username,
  RABBITMQ_PASSWORD: broker.password,
  AMQP_URL: broker.amqpUrl,
};
let folder = '';
let vhost = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-full-'));
  vhost = await freshVhost();
  await writeFile(join(folder, 'topology.yaml'), `vhost: ${vhost}\nqueues: [{ name: q }]\n`);
});
afterAll(async () => {
  closeSync(full);
  await rm(folder, { recursive: true });
});

const queues = async (): Promise<unknown> => api('GET', `queues/${vhost}?columns=name`);
const unprinted = `error: stdout can't be written: ENOSPC
  hint: make room where it goes, or send it elsewhere
`;
const unfilled = (flag: string): string => `error: ${flag} /dev/full can't be written: ENOSPC
  hint: make room there, or name another file
`;

describe('a stdout that is full is an error', () => {
  const rows: [string, string[]][] = [
    ['of the version', ['--version']],
    ['of help', ['plan', '--help']],
    ['of what is short', ['validate']],
    ['of what would end with 2 for its changes', ['plan', '--detailed-exitcode']],
    ['of an export', ['export']],
  ];
  test.each(rows)('%s', async (_, args) => {
    const ended = await runTopo(args, folder, env, { out: full });
    expect(ended).toEqual({ code: 1, out: '', err: unprinted });
  });

  test('that leaves a graver one as it is', async () => {
    const ended = await runTopo(['apply'], folder, env, { out: full });
    expect(ended).toMatchObject({ code: 4 });
    expect(ended.err).toContain(unprinted);
    expect(await queues()).toEqual([]);
  });
});

describe('a file that is full is an error', () => {
  const rows: [string, string[]][] = [
    ['--out', ['plan', '--out', '/dev/full']],
    ['--output', ['export', '--output', '/dev/full']],
  ];
  test.each(rows)('%s', async (flag, args) => {
    const ended = await runTopo(args, folder, env);
    expect(ended).toEqual({ code: 1, out: '', err: unfilled(flag) });
  });
});

describe('what was agreed to is done all the same', () => {
  test('with nowhere to report it', async () => {
    const ended = await runTopo(['apply', '--yes', '--report', '/dev/full'], folder, env);
    expect(ended).toMatchObject({ code: 1, err: unfilled('--report') });
    expect(await queues()).toEqual([{ name: 'q' }]);
  });

  test('with nowhere to print it', async () => {
    await api('DELETE', `queues/${vhost}/q`);
    const ended = await runTopo(['apply', '--yes'], folder, env, { out: full });
    expect(ended).toEqual({ code: 1, out: '', err: unprinted });
    expect(await queues()).toEqual([{ name: 'q' }]);
  });

  test('with a stderr that is full', async () => {
    const ended = await runTopo(['validate', 'nowhere.yaml'], folder, env, { err: full });
    expect(ended).toEqual({ code: 3, out: '', err: '' });
  });
});
