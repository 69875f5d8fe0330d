// Plans under way that hold the only copy of bindings: each is a file in .topo/unfinished until its bindings are back.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { PlanDocument, Step } from '../reconcile/plan.generated.ts';
import { undeclaredReturns, type Unfinished } from '../reconcile/unfinished.ts';
import { plural } from '../topology/count.ts';
import { renderJson } from '../topology/json.ts';
import { ExpectedError } from '../topology/problem.ts';
import { readSavedPlan } from './read-plan.ts';
import { folder, listUnfinished, makePlaceFor } from './unfinished-place.ts';
import { writeResult } from './write-file.ts';

const fileOf = ({ id }: PlanDocument): string => join(folder, `${id}.json`);

/** Before the first write. Throws ExpectedError where it can't be kept. */
export async function keepUnfinished(plan: PlanDocument): Promise<void> {
  const returns = undeclaredReturns(plan.steps).length;
  if (returns === 0) return;
  try {
    await makePlaceFor(fileOf(plan));
    await writeResult('the plan', fileOf(plan), `${renderJson(plan, 2)}\n`);
  } catch (error) {
    const back = `${plural(returns, 'binding')} ${returns === 1 ? 'comes' : 'come'} back`;
    const hint = `apply it from a folder of yours: should it be cut off, the plan kept there is how ${back}`;
    throw new ExpectedError(cannotKeep(error as Error), { hint, cause: error });
  }
}

/** What can't be written is told already. */
function cannotKeep(error: NodeJS.ErrnoException): string {
  if (error instanceof ExpectedError) return error.message;
  return `${folder} can't be made, to keep the plan in: ${String(error.code)}`;
}

/** The file that is left where bindings are not known to be back. */
export async function settleUnfinished(
  plan: PlanDocument,
  unreached: readonly Step[] | undefined,
): Promise<string | undefined> {
  const file = fileOf(plan);
  if (unreached !== undefined && undeclaredReturns(unreached).length === 0) {
    await rm(file, { force: true });
    return undefined;
  }
  return undeclaredReturns(plan.steps).length === 0 ? undefined : file;
}

export async function readUnfinished(): Promise<Unfinished[]> {
  const files = await listUnfinished();
  const found = await Promise.all(
    files.map(async (file) => ({ file, plan: await readSavedPlan([file]) })),
  );
  return found.flatMap(({ file, plan }) => (plan === undefined ? [] : [{ file, plan }]));
}
