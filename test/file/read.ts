// Reads topologies out of texts, as files of a folder of their own.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readTopology, type TopologySettings } from '../../src/file/read-topology.ts';
import type { Resolved } from '../../src/file/resolved.ts';
import type { Desired } from '../../src/topology/desired.ts';
import { isRouting, type RoutingObject } from '../../src/topology/object.ts';
import { InvalidInput, type Problem } from '../../src/topology/problem.ts';
import { atEnd } from '../at-end.ts';

export interface Given extends Partial<TopologySettings> {
  /** By their names; `-` can't be one. */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  /** Texts of --var-file. */
  readonly values?: Readonly<Record<string, string>>;
}

/**
 * Empty folders of the running test. A law reads hundreds of files; a folder for each would cost a
 * third of its time.
 */
const free = new Set<string>();

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'topo-file-'));
  atEnd(() => {
    free.delete(folder);
    rmSync(folder, { recursive: true });
  });
  return folder;
}

/** Reads the files in their order. */
export async function read(
  { files, values = {}, vars = [], env = {}, allowEnv = [] }: Given,
  resolved?: Resolved,
): Promise<Desired> {
  const [folder = makeFolder()] = free;
  free.delete(folder);
  const texts = { ...files, ...values };
  try {
    for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, name), text);
    const paths = Object.keys(files).map((name) => join(folder, name));
    const varFiles = Object.keys(values).map((name) => join(folder, name));
    return await readTopology(paths, { vars, varFiles, env, allowEnv }, resolved);
  } finally {
    for (const name of Object.keys(texts)) rmSync(join(folder, name), { force: true });
    free.add(folder);
  }
}

export function readText(text: string | Uint8Array, more: Partial<Given> = {}): Promise<Desired> {
  return read({ files: { 'topology.yaml': text }, ...more });
}

/** The exchanges, queues and bindings, in the order of the file. */
export async function objectsOf(text: string, more?: Partial<Given>): Promise<RoutingObject[]> {
  const { objects } = await readText(text, more);
  return [...objects.values()].map(({ object }) => object).filter((object) => isRouting(object));
}

/** The names of the exchanges and queues, in the order of the file. */
export async function namesOf(text: string, more?: Partial<Given>): Promise<string[]> {
  const objects = await objectsOf(text, more);
  return objects.flatMap((object) => (object.kind === 'binding' ? [] : object.name));
}

/** What is wrong, one line for each problem and one for its hint; empty where nothing is. */
export async function problemsOf(reading: Promise<Desired>): Promise<string> {
  try {
    const { doubts, warnings } = await reading;
    const doubted = doubts.map(({ problem }) => render(problem, 'doubt '));
    return [...doubted, ...warnings.map((warning) => render(warning, 'warning '))].join('');
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    return error.problems.map((problem) => render(problem, '')).join('');
  }
}

/** Without the folder. */
function render({ code, message, hint, at }: Problem, kind: string): string {
  const place = at ? `${at.file.replace(/.*\//, '')}:${at.line}:${at.col} ` : '';
  const text = message.replaceAll(/\S*topo-file-\w+\//g, '');
  return `${place}${kind}${code}: ${text}\n${hint === undefined ? '' : `    ${hint}\n`}`;
}
