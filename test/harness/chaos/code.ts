// A copy of what was built, for a run that nobody's build may disturb; and, as a control, one that
// is broken on purpose.
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A text of the built JavaScript, and what takes its place. */
export interface Replacement {
  /** Below unbundled. */
  readonly file: string;
  readonly text: string;
  readonly by: string;
}

const root = new URL('../../../', import.meta.url).pathname;

/** Throws unless each text is found exactly once. */
export async function copyCode(replacements: readonly Replacement[] = []): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'topo-chaos-code-'));
  for (const part of ['unbundled', 'schema', 'package.json']) {
    await cp(join(root, part), join(folder, part), { recursive: true });
  }
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const replacement of replacements) await replace(folder, replacement);
  return folder;
}

export const deleteCode = (folder: string): Promise<void> =>
  rm(folder, { recursive: true, force: true });

async function replace(folder: string, { file, text, by }: Replacement): Promise<void> {
  const path = join(folder, 'unbundled', file);
  const before = await readFile(path, 'utf8');
  const times = before.split(text).length - 1;
  if (times !== 1) throw new Error(`${file} has this text ${times} times, not once: ${text}`);
  await writeFile(
    path,
    before.replace(text, () => by),
  );
}
