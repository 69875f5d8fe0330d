import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readState } from '../../src/sandbox/runner.ts';
import { startSandbox } from '../../src/sandbox/start.ts';
import { deleteSandbox } from '../../src/sandbox/stop.ts';
import { readInstallation, sandboxRoot } from './root.ts';

/** At the first call another one is quicker to listen on the port that was picked. */
const renderScript = (epmd: string, thief: string): string => `#!/bin/sh
if ! test -e '${thief}'; then
  '${epmd}' &
  echo $! > '${thief}'
  sleep 0.5
fi
exec '${epmd}'
`;

test('a port that is snatched between picking and listening is replaced by another', async () => {
  const root = await sandboxRoot();
  const found = await readInstallation();
  if (found.kind !== 'local') throw new Error('this test is about processes');
  const thief = join(root, 'thief');
  const script = join(root, 'epmd');
  await writeFile(script, renderScript(found.epmd, thief));
  await chmod(script, 0o755);
  onTestFinished(async () => void process.kill(Number(await readFile(thief, 'utf8'))));
  const sandbox = await startSandbox({
    root,
    name: 'demo',
    installation: { ...found, epmd: script },
  });
  onTestFinished(() => deleteSandbox(sandbox));
  expect(await readState(sandbox)).toBe('running');
});
