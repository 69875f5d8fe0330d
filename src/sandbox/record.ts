// What is remembered of a sandbox between commands: a file in its folder.
import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { SandboxError } from './error.ts';
import type { Sandbox } from './sandbox.ts';

const recordOf = (folder: string): string => join(folder, 'sandbox.json');

export async function writeSandbox(sandbox: Sandbox): Promise<void> {
  const { nodeName, ports, runner, desired } = sandbox;
  const file = recordOf(sandbox.folder);
  // Renamed into place, so that a crash leaves the earlier record or this one, whole.
  await writeFile(`${file}.new`, `${JSON.stringify({ nodeName, ports, runner, desired })}\n`, {
    mode: 0o600,
  });
  await rename(`${file}.new`, file);
}

type Remembered = Pick<Sandbox, 'ports' | 'runner' | 'desired'> & { readonly nodeName?: string };

/** A record without a node's name is of a time when sandboxes of one name shared it. */
const formerNodeName = (name: string, { runner }: Remembered): string =>
  `${runner.kind === 'docker' ? 'rabbit' : `topo-${name}`}@localhost`;

/** Undefined where no sandbox was ever started in the folder. */
export async function readSandbox(folder: string): Promise<Sandbox | undefined> {
  const file = recordOf(folder);
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const remembered = JSON.parse(text) as Remembered;
    const name = basename(folder);
    return { name, folder, nodeName: formerNodeName(name, remembered), ...remembered };
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
