// Keeps what a sandbox needs between commands in a file of its folder. Its place and its name
// follow from the folder, whatever the file says.
import { readdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { hasOwnFolder, readOwnFile } from '../disk/own-place.ts';
import { replaceFile } from '../disk/replace-file.ts';
import { hasTopoFolder } from '../disk/topo-folder.ts';
import { notWrittenByTopo } from './error.ts';
import { readPassword } from './password.ts';
import type { Remembered } from './record.generated.ts';
import { isSandboxName, type Runner, type Sandbox, uniqueNameOf, nodeNameOf } from './sandbox.ts';
import * as validators from './validators.js';

const recordOf = (folder: string): string => join(folder, 'sandbox.json');

const mostBytes = 100_000;

export async function writeSandbox(sandbox: Sandbox): Promise<void> {
  const { nodeName, ports, runner, desired } = sandbox;
  const remembered: Remembered = { nodeName, ports, runner, desired };
  await replaceFile(recordOf(sandbox.folder), `${JSON.stringify(remembered)}\n`, { sync: true });
}

/** Undefined if no sandbox was ever started in the folder. Throws if others could write there. */
export async function readSandbox(folder: string): Promise<Sandbox | undefined> {
  if (!(await hasTopoFolder(dirname(folder)))) return undefined;
  return readRecord(folder);
}

export async function readSandboxes(root: string): Promise<readonly Sandbox[]> {
  const place = resolve(root);
  if (!(await hasTopoFolder(place))) return [];
  const names = (await readdir(place)).filter(isSandboxName).sort();
  const read = names.map((name) => readRecord(join(place, name)));
  return (await Promise.all(read)).filter((sandbox) => sandbox !== undefined);
}

async function readRecord(folder: string): Promise<Sandbox | undefined> {
  if (!(await hasOwnFolder(folder))) return undefined;
  const file = recordOf(folder);
  const text = await readOwnFile(file, mostBytes);
  if (text === undefined) return undefined;
  const remembered = parse(text);
  if (remembered === undefined) throw notWrittenByTopo(file, folder);
  const { ports, runner, desired } = remembered;
  return {
    name: basename(folder),
    folder,
    ports,
    desired,
    nodeName: await readNodeName(folder, remembered),
    password: await readPassword(folder),
    runner: runnerIn(folder, runner),
  };
}

function parse(text: string): Remembered | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return validators.remembered(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const runnerIn = (folder: string, runner: Remembered['runner']): Runner =>
  runner.kind === 'docker' ? { kind: 'docker', container: uniqueNameOf(folder) } : runner;

/**
 * The data is bound to the node's name, which follows from the folder. A folder that was moved
 * holds data under its former name; what the record says does not count.
 */
async function readNodeName(
  folder: string,
  { nodeName: recorded, runner }: Pick<Remembered, 'nodeName' | 'runner'>,
): Promise<string> {
  const own = nodeNameOf(folder);
  const former = formerNodeName(folder, runner.kind);
  const names = await readNamesOfData(folder);
  if (names.includes(own)) return own;
  return names[0] ?? (recorded === undefined || recorded === former ? former : own);
}

/** Before records had node names, sandboxes of one name shared this one. */
const formerNodeName = (folder: string, kind: 'local' | 'docker'): string =>
  `${kind === 'docker' ? 'rabbit' : `topo-${basename(folder)}`}@localhost`;

async function readNamesOfData(folder: string): Promise<readonly string[]> {
  const pattern = new RegExp(`^topo-${basename(folder)}(?:-[0-9a-f]{8})?@localhost$`);
  const names = await readdir(join(folder, 'data')).catch(() => []);
  return names.filter((name) => pattern.test(name)).sort();
}
