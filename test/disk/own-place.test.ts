// What topo reads back is its own: made by the caller, no link, no pipe, not without end.
import { spawnSync } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { hasOwnFile, hasOwnFolder, readOwnFile, readPlainFile } from '../../src/disk/own-place.ts';

const isRoot = process.getuid?.() === 0;
const hint = 'topo did not make it so: look where it comes from, and remove it';

let folder = '';
let file = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-place-'));
  file = join(folder, 'file');
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
});

describe('a file', () => {
  test('of the caller is read', async () => {
    await writeFile(file, 'text');
    expect(await readOwnFile(file, 4)).toBe('text');
    expect(await hasOwnFile(file, 4)).toBe(true);
  });

  test('that is not there is none', async () => {
    expect(await readOwnFile(file, 4)).toBeUndefined();
    await writeFile(file, '');
    expect(await readOwnFile(join(file, 'below'), 4)).toBeUndefined();
    expect(await hasOwnFile(join(file, 'below'), 4)).toBe(false);
  });

  const strange: [what: string, make: () => unknown, message: string][] = [
    ['that is a link', () => symlink('/dev/zero', file), 'is a symbolic link, which topo'],
    ['that is a link to nothing', () => symlink('/nowhere', file), 'is a symbolic link, which'],
    ['that is a folder', () => mkdir(file), 'is no regular file'],
    ['that is a pipe', () => spawnSync('mkfifo', [file]), 'is no regular file'],
    ['that is a socket', () => makeSocket(file), 'is no regular file'],
    ['that is too long', () => writeFile(file, 'texts'), 'is larger than the 4 bytes that topo'],
  ];
  test.each(strange)('%s is refused', async (_, make, message) => {
    await make();
    for (const read of [readOwnFile, readPlainFile, hasOwnFile]) {
      const problem = {
        name: 'ExpectedError',
        message: expect.stringContaining(message) as string,
      };
      await expect(read(file, 4)).rejects.toMatchObject({ ...problem, hint });
    }
  });

  test.skipIf(!isRoot)('of another user is refused, unless anybody may have made it', async () => {
    await writeFile(file, 'text');
    await chown(file, 4711, 4711);
    await expect(readOwnFile(file, 4)).rejects.toThrow(
      `${file} belongs to another user (uid 4711)`,
    );
    expect(await readPlainFile(file, 4)).toBe('text');
  });
});

describe('a folder', () => {
  test('of the caller is one, and a file is none', async () => {
    await writeFile(file, '');
    expect(await hasOwnFolder(folder)).toBe(true);
    expect(await hasOwnFolder(file)).toBe(false);
    expect(await hasOwnFolder(join(folder, 'missing'))).toBe(false);
  });

  test.each([0o777, 0o770, 0o702, 0o1777])('that others may fill, by mode %o', async (mode) => {
    await chmod(folder, mode);
    await expect(hasOwnFolder(folder)).rejects.toMatchObject({
      message: `${folder} can be written to by other users`,
      hint: `look at what is in it, then: chmod go-w ${folder}`,
    });
  });

  test('that is a link is refused', async () => {
    await symlink(folder, file);
    await expect(hasOwnFolder(file)).rejects.toThrow(`${file} is a symbolic link`);
  });

  test.skipIf(!isRoot)('of another user is refused', async () => {
    await chown(folder, 4711, 4711);
    await expect(hasOwnFolder(folder)).rejects.toMatchObject({
      message: `${folder} belongs to another user (uid 4711)`,
      hint: 'run topo in a folder of yours; what another user put there is not to be trusted',
    });
  });
});

function makeSocket(path: string): void {
  const script = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
  spawnSync(process.execPath, ['-e', script]);
}
