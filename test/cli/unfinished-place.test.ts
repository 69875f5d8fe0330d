// A plan in .topo/unfinished has to be finished before any other, but only if the user put it
// there.
import { spawnSync } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { callTopo } from './topo.ts';

const isRoot = process.getuid?.() === 0;
const kept = '.topo/unfinished';
/** Where nobody answers: whoever asks it had no objection to the place. */
const nowhere = { RABBITMQ_ENDPOINT: 'http://127.0.0.1:1' };
const unreached = 'connection refused';

let cwd = '';
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'topo-kept-'));
  onTestFinished(() => rm(cwd, { recursive: true, force: true }));
  await writeFile(join(cwd, 'topology.yaml'), 'exchanges: [{ name: tasks, type: topic }]\n');
});

const makeKept = () => mkdir(join(cwd, kept), { recursive: true, mode: 0o700 });
const plan = async (...args: string[]) => {
  const { code, err } = await callTopo([...args, '--timeout', '1', '--quiet'], cwd, nowhere);
  return `${code} ${err}`;
};
async function expectRefusal(message: string): Promise<void> {
  expect(await plan('plan')).toContain(`1 error: ${message}`);
  expect(await plan('apply', '--yes')).toContain(`1 error: ${message}`);
}

test("the user's own place is read", async () => {
  await makeKept();
  await writeFile(join(cwd, kept, 'notes.txt'), '');
  expect(await plan('plan')).toContain(unreached);
});

test("so is a file with the folder's name", async () => {
  await writeFile(join(cwd, '.topo'), '');
  expect(await plan('plan')).toContain(unreached);
});

test('a folder .topo that is a link is refused', async () => {
  await mkdir(join(cwd, 'elsewhere', 'unfinished'), { recursive: true });
  await symlink('elsewhere', join(cwd, '.topo'));
  await expectRefusal('.topo is a symbolic link, which topo does not follow there');
});

test('a link in place of the folder of plans is refused', async () => {
  await mkdir(join(cwd, '.topo'), { mode: 0o700 });
  await symlink('/tmp', join(cwd, kept));
  await expectRefusal(`${kept} is a symbolic link, which topo does not follow there`);
});

test.each(['.topo', kept])('%s that others may write to is refused', async (folder) => {
  await makeKept();
  await chmod(join(cwd, folder), 0o777);
  await expectRefusal(`${folder} can be written to by other users`);
});

test.skipIf(!isRoot).each(['.topo', kept])('%s of another user is refused', async (folder) => {
  await makeKept();
  await chown(join(cwd, folder), 4711, 4711);
  await expectRefusal(`${folder} belongs to another user (uid 4711)`);
});

test('a plan that git tracks is refused', async () => {
  await makeKept();
  await writeFile(join(cwd, kept, '8f1c2a9.json'), '{ "topo_plan": 1 }');
  spawnSync('git', ['init', '--quiet'], { cwd });
  spawnSync('git', ['add', '.topo'], { cwd });
  await expectRefusal(`git tracks ${kept}/8f1c2a9.json: it came with the checkout`);
});

test.each([
  ['a link', (file: string) => symlink('/dev/zero', file), 'is a symbolic link'],
  ['a pipe', (file: string) => spawnSync('mkfifo', [file]), 'is no regular file'],
  ['a folder', (file: string) => mkdir(file), 'is no regular file'],
])('a plan that is %s is refused', async (_, make, message) => {
  await makeKept();
  await make(join(cwd, kept, '8f1c2a9.json'));
  await expectRefusal(`${kept}/8f1c2a9.json ${message}`);
});

const saved = {
  topo_plan: 1,
  endpoint: '',
  broker: {},
  files: [],
  vhost: '/',
  steps: [],
  unfinished: [],
  refusals: [],
  warnings: [],
  undeclared_bindings: [],
  gap: 'pipelined',
  summary: {},
};
const wrongId = '/id must match pattern';

test.each(['../../precious', '8F1C2A9', 'a/b', ''])(
  'a saved plan of the id %j, which would name a file elsewhere, is none',
  async (id) => {
    await writeFile(join(cwd, 'plan.json'), JSON.stringify({ ...saved, id }));
    expect(await plan('apply', 'plan.json')).toContain(wrongId);
  },
);

test("a saved plan with an id in topo's form is read", async () => {
  await writeFile(join(cwd, 'plan.json'), JSON.stringify({ ...saved, id: '8f1c2a9' }));
  expect(await plan('apply', 'plan.json')).not.toContain(wrongId);
});
