// Files that someone else put into .topo, such as a pull request: topo neither follows nor believes
// them. Needs no RabbitMQ.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { Installation } from '../../src/sandbox/find.ts';
import { readSandbox, readSandboxes } from '../../src/sandbox/record.ts';
import { nodeNameOf, uniqueNameOf } from '../../src/sandbox/sandbox.ts';
import { startSandbox } from '../../src/sandbox/start.ts';
import { deleteSandbox, stopSandbox } from '../../src/sandbox/stop.ts';
import { sandboxRoot } from './root.ts';

let root = '';
let folder = '';
beforeEach(async () => {
  root = join(await sandboxRoot(), '.topo');
  folder = join(root, 'default');
  await mkdir(folder, { recursive: true, mode: 0o700 });
});

const ports = { amqp: 1, management: 2, dist: 3, epmd: 4 };
const gone = { pid: 4_000_000, since: '1' };
const runner = { kind: 'local', node: gone, epmd: gone };
const record = { nodeName: nodeNameOf('/elsewhere/default'), ports, runner, desired: 'stopped' };

const plant = (planted: object): Promise<void> =>
  writeFile(join(folder, 'sandbox.json'), JSON.stringify(planted));
const read = async () => (await readSandbox(folder)) ?? expect.unreachable();

async function startVictim(): Promise<ChildProcess & { readonly pid: number }> {
  const child = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, 'spawn');
  return child as ChildProcess & { readonly pid: number };
}

/** A server and a port mapper that end at once, which is told as a port that was taken. */
const installation: Installation = { kind: 'local', server: '/bin/false', epmd: '/bin/false' };
const start = () => startSandbox({ root, name: 'default', installation });
const failedStart = () => expect(start()).rejects.toThrow('did not start as sandbox default');

describe('a record', () => {
  test.each([
    ['a folder', { folder: '/elsewhere' }],
    ['a name', { name: 'other' }],
    ['a command for a port', { ports: { ...ports, management: "1'; touch /tmp/pwned; '" } }],
    ['a port that is none', { ports: { ...ports, amqp: 65_536 } }],
    ['a port too few', { ports: { amqp: 1 } }],
    ['a negative pid', { runner: { ...runner, node: { pid: -5, since: '1' } } }],
    ['a pid without its start', { runner: { ...runner, node: { pid: 5 } } }],
    ['half a pid', { runner: { ...runner, epmd: { pid: 5.5, since: '1' } } }],
    ['a pid in words', { runner: { ...runner, epmd: { pid: '5', since: '1' } } }],
    ['a runner of no kind that is known', { runner: { kind: 'ssh', host: 'h' } }],
    ['a wish that is none', { desired: 'deleted' }],
    ['a name of a node in a list', { nodeName: ['x'] }],
  ])('with %s is not what topo wrote', async (_, planted) => {
    await plant({ ...record, ...planted });
    await expect(readSandbox(folder)).rejects.toMatchObject({
      name: 'SandboxError',
      message: `${join(folder, 'sandbox.json')} is not what topo wrote there`,
      hint: `end the RabbitMQ that runs from ${folder}, if any, and delete the folder`,
    });
  });

  test('does not decide where the sandbox is, nor its name', async () => {
    await plant({ ...record, nodeName: '$(touch /tmp/pwned)@elsewhere' });
    expect(await read()).toMatchObject({
      folder,
      name: 'default',
      nodeName: nodeNameOf(folder),
    });
  });

  test('does not decide which container is stopped and deleted', async () => {
    await plant({ ...record, runner: { kind: 'docker', container: 'production' } });
    expect(await read()).toMatchObject({ runner: { container: uniqueNameOf(folder) } });
  });

  test('in a link, or not of a sandbox by its name, is not read', async () => {
    await plant(record);
    const named = join(root, 'Ünfug\u001b[2J');
    await mkdir(named);
    await writeFile(join(named, 'sandbox.json'), JSON.stringify(record));
    expect((await readSandboxes(root)).map(({ name }) => name)).toEqual(['default']);
    const link = join(root, 'link');
    await mkdir(link);
    await symlink(join(folder, 'sandbox.json'), join(link, 'sandbox.json'));
    await expect(readSandbox(link)).rejects.toThrow('sandbox.json is a symbolic link');
  });

  test('that never ends is not read', async () => {
    await symlink('/dev/zero', join(folder, 'sandbox.json'));
    await expect(readSandbox(folder)).rejects.toThrow('sandbox.json is a symbolic link');
    const long = join(root, 'long');
    await mkdir(long);
    await writeFile(join(long, 'sandbox.json'), ' '.repeat(1_000_000));
    await expect(readSandbox(long)).rejects.toThrow('sandbox.json is larger than');
  });
});

describe('a stop', () => {
  test('deletes no folder that the record names', async () => {
    const victim = join(await sandboxRoot(), 'victim');
    await mkdir(victim);
    await writeFile(join(victim, 'precious'), '');
    await plant({ ...record, folder: victim });
    const sandbox = await readSandbox(folder).catch(() => undefined);
    if (sandbox !== undefined) await deleteSandbox(sandbox);
    expect(await readdir(victim)).toEqual(['precious']);
  });

  test.each([
    ['negative', (pid: number) => ({ pid: -pid })],
    ['without its start', (pid: number) => ({ pid })],
    ['with the start of another', (pid: number) => ({ pid, since: '1' })],
  ])('kills no process by a pid that is %s', async (_, idOf) => {
    const victim = await startVictim();
    const id = idOf(victim.pid);
    await plant({ ...record, runner: { kind: 'local', node: id, epmd: id } });
    const sandbox = await readSandbox(folder).catch(() => undefined);
    if (sandbox !== undefined) await stopSandbox(sandbox);
    expect([victim.exitCode, victim.signalCode]).toEqual([null, null]);
    expect(existsSync(`/proc/${victim.pid}`)).toBe(process.platform === 'linux');
  });
});

describe('a start', () => {
  const files = [
    ...['rabbitmq.conf', 'advanced.config', 'enabled_plugins', 'sandbox.json', 'sandbox.json.new'],
    ...['node.log', 'node.log.earlier', '.erlang.cookie', 'password', 'lock'],
  ];
  test.each(files)('writes through no link named %s', async (name) => {
    const victim = join(root, 'victim');
    await writeFile(victim, 'precious');
    await symlink(victim, join(folder, name));
    await start().catch(() => undefined);
    expect(await readFile(victim, 'utf8')).toBe('precious');
  });

  test.each(files)('makes no file elsewhere through a link named %s', async (name) => {
    const victim = join(root, 'victim');
    await symlink(victim, join(folder, name));
    await start().catch(() => undefined);
    expect(existsSync(victim)).toBe(false);
  });

  test.each(['conf.d', 'data'])('follows no link in place of the folder %s', async (name) => {
    const elsewhere = join(root, 'elsewhere');
    await mkdir(elsewhere);
    await symlink(elsewhere, join(folder, name));
    await expect(start()).rejects.toThrow(`${join(folder, name)} is a symbolic link`);
    expect(await readdir(elsewhere)).toEqual([]);
  });

  test('does not wait for a pipe that nobody writes to', async () => {
    const pipe = spawn('mkfifo', [join(folder, 'enabled_plugins')]);
    await once(pipe, 'close');
    await expect(start()).rejects.toThrow('enabled_plugins is no regular file');
  });

  test('writes files that only its owner can read', async () => {
    await failedStart();
    const names = (await readdir(folder)).filter((name) => name !== 'conf.d' && name !== 'data');
    expect(names).toEqual(expect.arrayContaining(['password', '.erlang.cookie', 'rabbitmq.conf']));
    for (const name of names) {
      expect([name, (await stat(join(folder, name))).mode & 0o077]).toEqual([name, 0]);
    }
  });
});

describe('a place', () => {
  const refused = async (path: string, message: string) => {
    const problem = { message: `${path} ${message}` };
    await expect(start()).rejects.toMatchObject(problem);
    await expect(readSandbox(folder)).rejects.toMatchObject(problem);
    await expect(readSandboxes(root)).rejects.toMatchObject(problem);
    await expect(deleteSandbox({ folder })).rejects.toMatchObject(problem);
  };

  test('that is a link is refused', async () => {
    const elsewhere = join(await sandboxRoot(), 'elsewhere');
    await mkdir(elsewhere);
    root = join(await sandboxRoot(), '.topo');
    folder = join(root, 'default');
    await symlink(elsewhere, root);
    await refused(root, 'is a symbolic link, which topo does not follow there');
    expect(await readdir(elsewhere)).toEqual([]);
  });

  test('that links to a folder for one sandbox is refused', async () => {
    const elsewhere = join(await sandboxRoot(), 'elsewhere');
    await mkdir(elsewhere);
    await writeFile(join(elsewhere, 'precious'), '');
    folder = join(root, 'linked');
    await symlink(elsewhere, folder);
    const named = startSandbox({ root, name: 'linked', installation });
    const problem = `${folder} is a symbolic link, which topo does not follow there`;
    await expect(named).rejects.toThrow(problem);
    await expect(readSandbox(folder)).rejects.toThrow(problem);
    await expect(deleteSandbox({ folder })).rejects.toThrow(problem);
    expect(await readdir(elsewhere)).toEqual(['precious']);
  });

  test('that others may write to is refused', async () => {
    await chmod(root, 0o777);
    await refused(root, 'can be written to by other users');
    await chmod(root, 0o700);
    await chmod(folder, 0o770);
    await expect(start()).rejects.toThrow(`${folder} can be written to by other users`);
  });

  test('is created for its owner alone', async () => {
    const fresh = join(await sandboxRoot(), 'new', '.topo');
    const begun = startSandbox({ root: fresh, name: 'default', installation });
    await expect(begun).rejects.toThrow('did not start');
    for (const path of [fresh, join(fresh, 'default')]) {
      expect([basename(path), (await stat(path)).mode & 0o777]).toEqual([basename(path), 0o700]);
    }
  });
});
