// Reads the files that topo import is given.
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readSource } from '../file/read-source.ts';
import type { Imported } from '../import/entry.ts';
import { Misshapen } from '../import/shape.ts';
import { importManifests } from '../import/kubernetes/import-manifests.ts';
import type { Manifest } from '../import/kubernetes/manifests.ts';
import { importStack } from '../import/pulumi/import-stack.ts';
import { importState } from '../import/terraform/import-state.ts';
import { InvalidInput } from '../topology/problem.ts';

interface ToolRow {
  readonly read: (paths: readonly string[], broker: string | undefined) => Promise<Imported>;
  /** Why a secret may have no value. */
  readonly whyUnknown: string;
}

const tools = {
  terraform: { read: readState, whyUnknown: 'the state does not have their values' },
  pulumi: {
    read: readStack,
    whyUnknown: 'encrypted in the export; pulumi stack export --show-secrets has their values',
  },
  kubernetes: {
    read: readManifests,
    whyUnknown: 'their Secrets are not among the files; kubectl get secret -o yaml has them',
  },
} as const satisfies Readonly<Record<string, ToolRow>>;

export type Tool = keyof typeof tools;

/** Throws InvalidInput. */
export const readImported = (
  tool: Tool,
  paths: readonly string[],
  broker: string | undefined,
): Promise<Imported> => tools[tool].read(paths, broker);

export const whyUnknown = (tool: Tool): string => tools[tool].whyUnknown;

async function readState([path = '']: readonly string[], broker?: string): Promise<Imported> {
  const file = (await isFolder(path)) ? await stateIn(path) : path;
  const { text, file: name } = await readSource(file, 'import');
  return inFile(name, () => importState(text, broker));
}

async function readStack([path = '']: readonly string[], broker?: string): Promise<Imported> {
  const { text, file } = await readSource(path, 'import');
  return inFile(file, () => importStack(text, broker));
}

async function readManifests(paths: readonly string[], broker?: string): Promise<Imported> {
  const files = (await Promise.all(paths.map(filesIn))).flat();
  const manifests: Manifest[] = [];
  for (const path of files) {
    const { file, text } = await readSource(path, 'import');
    manifests.push({ file, text });
  }
  return inFile(paths.join(', '), () => importManifests(manifests, broker));
}

/** The manifests below a folder, in the order of their names; links are not followed. */
async function filesIn(path: string): Promise<string[]> {
  if (!(await isFolder(path))) return [path];
  const found = await readdir(path, { withFileTypes: true, recursive: true });
  return found
    .filter((entry) => entry.isFile() && /\.(?:ya?ml|json)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

async function stateIn(folder: string): Promise<string> {
  const names = await readdir(folder);
  if (names.includes('terraform.tfstate')) return join(folder, 'terraform.tfstate');
  const hint = names.includes('terraform.tfstate.d')
    ? 'it has workspaces: name the state of one, in terraform.tfstate.d'
    : 'if it is kept elsewhere: terraform state pull | topo import terraform -';
  const message = `there is no terraform.tfstate in ${folder}`;
  throw new InvalidInput([{ code: 'no-state', message, hint }]);
}

const isFolder = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => undefined))?.isDirectory() ?? false;

/** What is wrong is a matter of the file, not of topo. */
function inFile<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof Misshapen)) throw error;
    const { message, hint } = error;
    const problem = { code: 'not-importable', message: `${file}: ${message}` };
    throw new InvalidInput([hint === undefined ? problem : { ...problem, hint }]);
  }
}
