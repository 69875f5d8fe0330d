// Names the files of a module's trainings as examples/python/topo_exec.py does.
import { hash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { TrainingError } from '../../handler.ts';
import type { LocatedTask } from '../../data/located-task.ts';

/**
 * Names a file in the folder of the task's results, and makes the folder. Without such a folder the
 * file is below the root, its own for each task and worker: two workers may train one task.
 */
export function outputPathOf(
  { id, results }: Pick<LocatedTask, 'id' | 'results'>,
  { worker, root, suffix }: { worker: string; root: string; suffix: string },
): string {
  // An id may hold slashes and dots; the hash keeps two ids apart that become alike.
  const name = id.replace(/[^A-Za-z0-9_-]/gu, '_').slice(0, 100);
  const folder = results?.path ?? join(root, 'results');
  mkdirSync(folder, { recursive: true });
  return join(folder, `${name}-${hash('sha256', `${worker}\n${id}`).slice(0, 12)}${suffix}`);
}

/** Makes a result of what train returned; a path becomes a location. Throws poison. */
export function toResult(trained: unknown, roots: readonly string[]): unknown {
  if (trained === undefined || trained === null) return {};
  if (typeof trained !== 'object' || Array.isArray(trained) || ArrayBuffer.isView(trained))
    throw noResult(trained);
  if (!('parameters' in trained)) return trained;
  const { parameters } = trained;
  if (typeof parameters !== 'string') return trained;
  return { ...trained, parameters: { uri: belowRoots(resolve(parameters), roots) } };
}

const noResult = (trained: unknown): TrainingError =>
  new TrainingError(
    'poison',
    `train returned ${Object.prototype.toString.call(trained).slice(8, -1)}, and must return an object with any of samples, metrics, parameters (the path of a file) and output, or nothing`,
  );

/** Relative if it can be: another machine may have its root elsewhere. */
function belowRoots(path: string, roots: readonly string[]): string {
  const root = roots.find((folder) =>
    path.startsWith(folder.endsWith(sep) ? folder : folder + sep),
  );
  return root === undefined ? path : relative(root, path);
}
