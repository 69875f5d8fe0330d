// What is remembered of a sandbox between commands: a file in its folder.
import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { SandboxError } from './error.ts';
import type { Sandbox } from './sandbox.ts';

const recordOf = (folder: string): string => join(folder, 'sandbox.json');

export async function writeSandbox(sandbox: Sandbox): Promise<void> {
  const { ports, runner, desired } = sandbox;
  const file = recordOf(sandbox.folder);
  // Renamed into place, so that a crash leaves the earlier record or this one, whole.
  await writeFile(`${file}.new`, `${JSON.stringify({ ports, runner, desired })}\n`, {
    mode: 0o600,
  });
  await rename(`${file}.new`, file);
}

/** Undefined where no sandbox was ever started in the folder. */
export async function readSandbox(folder: string): Promise<Sandbox | undefined> {
  const file = recordOf(folder);
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const remembered = JSON.parse(text) as Pick<Sandbox, 'ports' | 'runner' | 'desired'>;
    return { name: basename(folder), folder, ...remembered };
  } catch (cause) {
    throw new SandboxError(`${file} is not what topo wrote there`, {
      hint: `end the RabbitMQ that runs from ${folder}, if any, and delete the folder`,
      cause,
    });
  }
}

export async function readSandboxes(root: string): Promise<readonly Sandbox[]> {
  const folders = await readdir(resolve(root)).catch(() => []);
  const read = folders.sort().map((folder) => readSandbox(join(resolve(root), folder)));
  return (await Promise.all(read)).filter((sandbox) => sandbox !== undefined);
}
