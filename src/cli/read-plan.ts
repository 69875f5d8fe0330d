// Reads a plan that topo plan --out saved.
import { open, readFile, stat } from 'node:fs/promises';
import { fromDocument } from '../reconcile/plan-document.ts';
import type { PlanDocument } from '../reconcile/plan.generated.ts';
import type { Plan } from '../reconcile/step.ts';
import { parseJson, renderJson } from '../topology/json.ts';
import { wrongFlag } from './flags.ts';

/**
 * The plan, if the only file is one; undefined if the files are topologies. Throws InvalidInput for
 * a broken plan.
 */
export async function readSavedPlan(files: readonly string[]): Promise<Plan | undefined> {
  const [file] = files;
  if (files.length !== 1 || file === undefined || file === '-') return undefined;
  if (!(await isSavedPlan(file))) return undefined;
  const plan = parse(await readFile(file, 'utf8'), file);
  return fromDocument(await validate(plan, file));
}

/** Reads the start of the file only, and of no pipe, which can be read only once. */
export async function isSavedPlan(file: string): Promise<boolean> {
  const info = await stat(file).catch(() => undefined);
  if (info?.isFile() !== true) return false;
  const handle = await open(file).catch(() => undefined);
  if (handle === undefined) return false;
  try {
    const { buffer, bytesRead } = await handle.read({ length: 64 });
    return /^\s*\{\s*"topo_plan"\s*:/.test(buffer.toString('utf8', 0, bytesRead));
  } finally {
    await handle.close();
  }
}

function parse(text: string, file: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    throw wrongFlag(
      `${file} is not a complete plan: ${(error as Error).message}`,
      'plan again with --out',
    );
  }
}

const known: PlanDocument['topo_plan'] = 1;

async function validate(plan: unknown, file: string): Promise<PlanDocument> {
  const { topo_plan: found } = plan as { topo_plan: unknown };
  if (found !== known) {
    throw wrongFlag(
      `${file} is a plan of format ${renderJson(found)}, and this topo reads format ${known}`,
      'plan again with --out, or apply it with the topo that made it',
    );
  }
  const validators = await import('../reconcile/validators.js');
  if (validators.plan(plan)) return plan;
  const [error] = validators.plan.errors ?? [];
  const where = error?.instancePath === '' ? 'it' : (error?.instancePath ?? 'it');
  throw wrongFlag(
    `${file} is not a plan that this topo reads: ${where} ${error?.message ?? ''}`,
    'plan again with --out',
  );
}
