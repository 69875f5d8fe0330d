// --expect: apply carries out the plan that was reviewed, or nothing.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { exit } from '../../src/cli/exit.ts';
import { api, env, freshVhost } from '../broker.ts';
import { callTopo } from './topo.ts';

let folder = '';
let vhost = '';
let file = '';
let saved = '';
let id = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-expect-'));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  vhost = await freshVhost();
  [file, saved] = ['yaml', 'json'].map((end) => join(folder, `${vhost}.${end}`)) as [
    string,
    string,
  ];
  await writeFile(file, `vhost: ${vhost}\nqueues: [{ name: a }, { name: b }]\n`);
  const planned = await callTopo(['plan', file, '--out', saved], folder, env);
  id = / id ([0-9a-f]{7})\n/.exec(planned.out)?.[1] ?? '';
});

const apply = (what: string, ...flags: string[]) =>
  callTopo(['apply', what, '--yes', '--quiet', ...flags], folder, env);
const names = async (): Promise<string[]> =>
  ((await api('GET', `queues/${vhost}`)) as { name: string }[]).map(({ name }) => name).sort();
const declare = (name: string) => api('PUT', `queues/${vhost}/${name}`, { durable: true });

describe.each(['of files', 'saved'])('a plan %s', (which) => {
  const what = (): string => (which === 'saved' ? saved : file);

  test('is carried out if it has the id', async () => {
    expect(await apply(what(), '--expect', id)).toMatchObject({ code: exit.done });
    expect(await names()).toEqual(['a', 'b']);
  });

  test('is shown, and nothing is written, if it has another', async () => {
    const { code, out, err } = await apply(what(), '--expect', '0000000');
    expect({ code, err }).toEqual({
      code: exit.stale,
      err: `error: the plan is stale
  the plan made now is ${id}, not 0000000 as expected
  hint: nothing was written; plan again
`,
    });
    expect(out).toContain(`Plan: 2 to create · 0 unchanged · 0 unmanaged    id ${id}\n`);
    expect(await names()).toEqual([]);
  });

  test('is shown on stderr beside JSON', async () => {
    const args = ['--expect', '0000000', '--format', 'json', '--report', join(folder, 'run.json')];
    const { code, out, err } = await apply(what(), ...args);
    expect(code).toBe(exit.stale);
    expect(err).toContain(`Plan: 2 to create · 0 unchanged · 0 unmanaged    id ${id}\n`);
    const { error } = JSON.parse(out) as { error: object };
    expect(error).toMatchObject({
      code: 'stale-plan',
      changes: [{ kind: 'unexpected', message: expect.stringContaining(id) as string }],
    });
    expect(await readFile(join(folder, 'run.json'), 'utf8')).toBe(out);
  });
});

test('what changed meanwhile makes another plan of the files', async () => {
  await declare('a');
  const { code, out } = await apply(file, '--expect', id);
  expect(code).toBe(exit.stale);
  expect(out).toMatch(/Plan: 1 to create · 1 unchanged · 0 unmanaged {4}id (?!${id})/);
  expect(await names()).toEqual(['a']);
});

test('a saved plan of which a part is done goes on under its id', async () => {
  await declare('a');
  expect(await apply(saved, '--expect', id)).toMatchObject({ code: exit.done });
  expect(await names()).toEqual(['a', 'b']);
});

test('a plan to destroy has an id, too', async () => {
  for (const name of ['a', 'b']) await declare(name);
  const planned = await callTopo(['plan', file, '--destroy'], folder, env);
  const [, ofDestroy = ''] = / id ([0-9a-f]{7})\n/.exec(planned.out) ?? [];
  const destroy = (expected: string) =>
    callTopo(['destroy', file, '--yes', '--expect', expected], folder, env);
  expect(await destroy(id)).toMatchObject({ code: exit.stale });
  expect(await names()).toEqual(['a', 'b']);
  expect(await destroy(ofDestroy)).toMatchObject({ code: exit.done });
  expect(await names()).toEqual([]);
});

test.each(['', '8F1C2A9', '8f1c2a', '8f1c2a90', 'plan.json'])('%j is no id', async (wrong) => {
  const { code, out, err } = await apply(file, '--expect', wrong);
  expect({ code, out, err }).toEqual({
    code: exit.input,
    out: '',
    err: `error: --expect takes the id of a plan, such as 8f1c2a9, not "${wrong}"
  hint: topo plan prints it in its last line, and in JSON as "id"
`,
  });
  expect(await names()).toEqual([]);
});
