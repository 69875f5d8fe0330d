// Why a sandbox did not start. A script that prints something and ends stands in for a failing
// RabbitMQ.
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { Installation } from '../../src/sandbox/find.ts';
import { readSandboxes } from '../../src/sandbox/record.ts';
import { readState } from '../../src/sandbox/runner.ts';
import { uniqueNameOf } from '../../src/sandbox/sandbox.ts';
import { startSandbox } from '../../src/sandbox/start.ts';
import { readInstallation, sandboxRoot } from './root.ts';

let root = '';
beforeEach(async () => {
  root = await sandboxRoot();
});

const start = (installation: Installation, name = 'demo') =>
  startSandbox({ root, name, installation });

async function writeScript(name: string, text: string): Promise<string> {
  const folder = join(root, 'bin');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, name), text);
  await chmod(join(folder, name), 0o755);
  return join(folder, name);
}

/** A server that is this script, beside the Erlang that is here. */
async function serverOf(script: string): Promise<Installation & { kind: 'local' }> {
  const found = await readInstallation();
  if (found.kind !== 'local') throw new Error('these tests are about processes');
  return { ...found, server: await writeScript('rabbitmq-server', script) };
}

describe('a failed boot names the reason and the log', () => {
  const rows: [says: string, reason: string][] = [
    ['{error,enospc}', 'the disk is full'],
    ['/data: Permission denied', 'it was denied access to something it needs'],
    ['Failed to start: eaddrinuse', 'a port was taken'],
    ['ERROR: the schema is of another version', 'the schema is of another version'],
    ['', 'it ended without output'],
    [
      'one\n\ntwo\n2026-01-02 03:04:05.678901+00:00 [error] <0.9.0> three\nfour',
      'two\nthree\nfour',
    ],
  ];
  test.each(rows)('%j', async (says, reason) => {
    const server = await serverOf(`#!/bin/sh\ncat <<'END'\n${says}\nEND\n`);
    await expect(start(server)).rejects.toMatchObject({
      message: `RabbitMQ did not start as sandbox demo: ${reason}`,
      hint: `its whole log is in ${join(root, 'demo', 'node.log')}`,
    });
    const [sandbox] = await readSandboxes(root);
    expect(sandbox && (await readState(sandbox))).toBe('crashed');
  });
});

test("a server that can't be run is an error", async () => {
  const installation = await serverOf('#!/nowhere/sh\n');
  await expect(start(installation)).rejects.toMatchObject({
    message: `${installation.server} can't be run: ENOENT`,
    hint: 'name an existing, executable program',
  });
});

test("a folder that can't be created is an error", async () => {
  await writeFile(join(root, 'demo'), 'a file');
  await expect(start(await readInstallation())).rejects.toMatchObject({
    message: `${join(root, 'demo')} can't be created or written to: EEXIST`,
    hint: 'start it from a folder of your own',
  });
});

describe('in a container', () => {
  const withPath = (path: string) => {
    vi.stubEnv('PATH', path);
    onTestFinished(() => void vi.unstubAllEnvs());
  };

  test('that can not be run', async () => {
    withPath('/nowhere');
    await expect(start({ kind: 'docker' })).rejects.toMatchObject({
      message: 'docker run failed: spawn docker ENOENT',
      hint: 'fix what Docker names, and run it again',
    });
  });

  test('that ends at once', async () => {
    const script = `#!/bin/sh\ncase $1 in inspect) echo false ;; logs) echo 'no space left' ;; esac\n`;
    await writeScript('docker', script);
    withPath(join(root, 'bin'));
    await expect(start({ kind: 'docker' })).rejects.toMatchObject({
      message: 'RabbitMQ did not start as sandbox demo: the disk is full',
      hint: `its whole log is in docker logs ${uniqueNameOf(join(root, 'demo'))}`,
    });
  });
});
