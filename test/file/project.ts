// Projects with environments, as folders of their own.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readTopology, type TopologySettings } from '../../src/file/read-topology.ts';
import type { Resolved } from '../../src/file/resolved.ts';
import type { Desired } from '../../src/topology/desired.ts';
import { atEnd } from '../at-end.ts';

export type Files = Readonly<Record<string, string>>;

export function makeProject(files: Files): string {
  const folder = mkdtempSync(join(tmpdir(), 'topo-file-'));
  atEnd(() => {
    rmSync(folder, { recursive: true });
  });
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, dirname(name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

/** Reads topology.yaml in the environment `name`. */
export function readIn(
  name: string,
  folder: string,
  more: Partial<TopologySettings> = {},
  resolved?: Resolved,
): Promise<Desired> {
  const beside = join(folder, 'topology.yaml');
  const settings = { vars: [], varFiles: [], env: {}, ...more };
  return readTopology([beside], { ...settings, environment: { name, beside } }, resolved);
}
