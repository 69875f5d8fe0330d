// Files of passwords: read from below one folder only, written once, and never again.
import { spawnSync } from 'node:child_process';
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { SecretsFolder } from '../../src/disk/secrets-folder.ts';

let folder = '';
let secrets: SecretsFolder;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'topo-secrets-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  secrets = await SecretsFolder.open(folder);
});

const put = (name: string, text: string): Promise<void> => writeFile(join(folder, name), text);

test('a folder that is not there is refused', async () => {
  await expect(SecretsFolder.open(join(folder, 'none'))).rejects.toMatchObject({
    message: `there is no folder ${join(folder, 'none')}`,
    hint: `create it for yourself alone: mkdir -m 700 ${join(folder, 'none')}`,
  });
  await put('file', '');
  await expect(SecretsFolder.open(join(folder, 'file'))).rejects.toThrow('there is no folder');
});

describe('a password is read', () => {
  const rows: [situation: string, content: string, password: string][] = [
    ['without the line end', 'pass word\n', 'pass word'],
    ['without the line end of Windows', 'password\r\n', 'password'],
    ['with all other whitespace', ' pass\tword \n', ' pass\tword '],
  ];
  test.each(rows)('%s', async (_, content, password) => {
    await mkdir(join(folder, 'team'));
    await put('team/ci.password', content);
    expect(await secrets.read(['team', 'ci.password'])).toBe(password);
  });

  test('from a folder that the operator names by a link', async () => {
    await put('ci', 'sesame');
    await symlink(folder, `${folder}.link`);
    onTestFinished(() => rm(`${folder}.link`));
    expect(await (await SecretsFolder.open(`${folder}.link`)).read(['ci'])).toBe('sesame');
  });
});

describe('nothing is read', () => {
  const rows: [situation: string, names: string[], make: () => unknown, message: string][] = [
    ['where no file is', ['none'], () => undefined, 'there is no file'],
    ['from an empty file', ['ci'], () => put('ci', '\n'), 'is empty'],
    ['of two lines', ['ci'], () => put('ci', 'old\nnew\n'), 'holds several lines'],
    ['from a folder', ['ci'], () => mkdir(join(folder, 'ci')), 'is no regular file'],
    ['from a pipe', ['ci'], () => spawnSync('mkfifo', [join(folder, 'ci')]), 'no regular file'],
    ['from a device', ['ci'], () => symlink('/dev/zero', join(folder, 'ci')), 'is a symbolic link'],
    ['through a link', ['ci'], () => symlink('/etc/hostname', join(folder, 'ci')), 'is a symbolic'],
    [
      'through a linked folder',
      ['etc', 'hostname'],
      () => symlink('/etc', join(folder, 'etc')),
      'is a symbolic',
    ],
    ['that is very long', ['ci'], () => put('ci', 'x'.repeat(10_001)), 'is larger than'],
  ];
  test.each(rows)('%s', async (_, names, make, message) => {
    await make();
    await expect(secrets.read(names)).rejects.toThrow(message);
  });
});

describe('a new password', () => {
  const isWhole = (text: string): boolean => /^[a-z]{6}$/.test(text);
  const keep = (text: string): Promise<string> => secrets.keep('ci.password', text, isWhole);

  test('is written for its owner alone', async () => {
    expect(await keep('sesame')).toBe('sesame');
    const file = join(folder, 'ci.password');
    expect(await readFile(file, 'utf8')).toBe('sesame\n');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['ci.password']);
  });

  test('is the one that is there already, which stays', async () => {
    await keep('sesame');
    expect(await keep('others')).toBe('sesame');
    expect(await readFile(join(folder, 'ci.password'), 'utf8')).toBe('sesame\n');
  });

  test('of two at once is the same for both', async () => {
    const [one, other] = await Promise.allSettled([keep('sesame'), keep('others')]);
    const kept = (await readFile(join(folder, 'ci.password'), 'utf8')).trim();
    for (const outcome of [one, other])
      if (outcome.status === 'fulfilled') expect(outcome.value).toBe(kept);
  });

  const strange: [what: string, make: (file: string) => unknown, message: string][] = [
    ['a file that was cut short', (file) => writeFile(file, 'ses'), 'holds no whole password'],
    ['a link', (file) => symlink('/etc/hostname', file), 'is a symbolic link'],
    ['a link to nothing', (file) => symlink(join(folder, 'new'), file), 'is a symbolic link'],
    ['a folder', (file) => mkdir(file), 'is no regular file'],
  ];
  test.each(strange)('is not made where there is %s', async (_, make, message) => {
    await make(join(folder, 'ci.password'));
    await expect(keep('sesame')).rejects.toThrow(message);
    expect(await readdir(folder)).toEqual(['ci.password']);
  });

  test.skipIf(process.getuid?.() === 0)('is not made in a folder that is not ours', async () => {
    await chmod(folder, 0o500);
    await expect(keep('sesame')).rejects.toThrow("can't be written: EACCES");
    await chmod(folder, 0o700);
  });
});
