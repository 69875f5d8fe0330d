// What topo sandbox start prints is given to eval: a value stays a value, whatever it holds.
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { renderExports } from '../../src/cli/sandbox.ts';

test.each([
  "1'; touch /tmp/pwned; '",
  "'",
  "''",
  '$(id) `id` ${HOME} "',
  'a\\',
  'two\nlines',
  '',
  '-n',
  '!! ~ *',
])('%j comes out of a shell as it went in', (value) => {
  const script = `eval "$1"; printf '%s' "$VALUE"`;
  const { stdout } = spawnSync('sh', ['-c', script, 'sh', renderExports({ VALUE: value })], {
    encoding: 'utf8',
  });
  expect(stdout).toBe(value);
});
