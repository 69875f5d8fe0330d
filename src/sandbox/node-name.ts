// The name of a sandbox's node: its data is bound to it. It follows from the folder, and from the data that is there.
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Remembered } from './record.generated.ts';
import { nodeNameOf } from './sandbox.ts';

/** A folder that was moved holds data of the name from before; the record's word for it does not count. */
export async function readNodeName(
  folder: string,
  { nodeName: recorded, runner }: Pick<Remembered, 'nodeName' | 'runner'>,
): Promise<string> {
  const own = nodeNameOf(folder);
  const former = formerNodeName(folder, runner.kind);
  const names = await readNamesOfData(folder);
  if (names.includes(own)) return own;
  return names[0] ?? (recorded === undefined || recorded === former ? former : own);
}

/** Of a time when sandboxes of one name shared it: their records name none. */
const formerNodeName = (folder: string, kind: 'local' | 'docker'): string =>
  `${kind === 'docker' ? 'rabbit' : `topo-${basename(folder)}`}@localhost`;

async function readNamesOfData(folder: string): Promise<readonly string[]> {
  const pattern = new RegExp(`^topo-${basename(folder)}(?:-[0-9a-f]{8})?@localhost$`);
  const names = await readdir(join(folder, 'data')).catch(() => []);
  return names.filter((name) => pattern.test(name)).sort();
}
