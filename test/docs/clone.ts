// A fresh clone of this checkout, as somebody who got it just now has it.
import { execFile, execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

export const root = new URL('../../', import.meta.url).pathname;

/** Installed and built; deleted at the end of the test file. */
export function cloneCheckout(): string {
  const clone = mkdtempSync(join(tmpdir(), 'topo-clone-'));
  afterAll(() => rmSync(clone, { recursive: true, force: true }));
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  for (const file of files.split('\n').filter((name) => name !== '')) {
    cpSync(join(root, file), join(clone, file), { preserveTimestamps: true });
  }
  cpSync(join(root, 'dist'), join(clone, 'dist'), { recursive: true, preserveTimestamps: true });
  linkPackages(join(root, 'node_modules'), join(clone, 'node_modules'));
  return clone;
}

/** A folder of its own: an npm ci in the clone would empty what a link leads to. */
function linkPackages(from: string, to: string): void {
  mkdirSync(to);
  for (const name of readdirSync(from)) symlinkSync(join(from, name), join(to, name));
  // As of now, so that no package-lock.json is newer.
  rmSync(join(to, '.package-lock.json'));
  cpSync(join(from, '.package-lock.json'), join(to, '.package-lock.json'));
}

/**
 * The clone is built, and npx would build it again; npm would ask the registry for news of itself,
 * too.
 */
const quietNpm = {
  npm_config_ignore_scripts: 'true',
  npm_config_update_notifier: 'false',
  npm_config_audit: 'false',
};

/** Where npm install -g puts programs: not where this machine's own are. */
export const globalOf = (clone: string): string => join(clone, '.npm-global');

/** In bash, which stops at the first command that fails. */
export function runInClone(
  clone: string,
  script: string,
): Promise<{ code: number | string; output: string }> {
  const env = {
    PATH: process.env['PATH'],
    HOME: clone,
    NO_COLOR: '1',
    ...quietNpm,
    npm_config_prefix: globalOf(clone),
  };
  return new Promise((resolve) =>
    execFile('bash', ['-euc', script], { cwd: clone, env }, (error, out, err) =>
      resolve({ code: error?.code ?? (error === null ? 0 : error.message), output: out + err }),
    ),
  );
}
