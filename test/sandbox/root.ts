// What tests start sandboxes with, and a folder for them that does not outlive the tests.
import { spawn } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findRabbitmq, type Installation } from '../../src/sandbox/find.ts';
import { installRabbitmq } from '../../src/sandbox/install.ts';

export const readInstallation = async (): Promise<Installation> =>
  (await findRabbitmq(process.env)) ??
  installRabbitmq((line) => void process.stderr.write(`${line}\n`));

/**
 * Vitest runs no teardown on Ctrl-C, so a shell waits for our end and then ends the sandboxes on
 * record.
 */
const guard = `
trap '' HUP INT TERM
cat
cat "$1"/*/sandbox.json | grep -o '"pid":[0-9]*' | cut -d: -f2 | while read -r pid; do
  kill -s KILL -- "-$pid"
done
rm -rf "$1"
`;

export async function sandboxRoot(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'topo-test-'));
  const shell = spawn('sh', ['-c', guard, 'sh', root], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.unref();
  return root;
}
