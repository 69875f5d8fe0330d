// A plan that topo plan --out saved.
import { readFile } from 'node:fs/promises';
import type { PlanDocument } from '../reconcile/plan.generated.ts';
import { parseJson } from '../topology/json.ts';
import { wrongFlag } from './flags.ts';

/** The plan, if the only file is one; undefined if the files are topologies. Throws InvalidInput for a broken plan. */
export async function readSavedPlan(files: readonly string[]): Promise<PlanDocument | undefined> {
  const [file] = files;
  if (files.length !== 1 || file === undefined || file === '-') return undefined;
  const text = await readFile(file, 'utf8').catch(() => '');
  if (!/^\s*\{\s*"topo_plan"\s*:/.test(text)) return undefined;
  const plan = parse(text, file);
  await validate(plan, file);
  return plan as PlanDocument;
}

function parse(text: string, file: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    throw wrongFlag(
      `${file} is not a whole plan: ${(error as Error).message}`,
      'plan again with --out',
    );
  }
}

async function validate(plan: unknown, file: string): Promise<void> {
  const { Ajv2020 } = await import('ajv/dist/2020.js');
  const schema = await readFile(new URL('../../schema/plan.schema.json', import.meta.url), 'utf8');
  const ajv = new Ajv2020({ ownProperties: true, strict: false });
  const check = ajv.compile(JSON.parse(schema) as object);
  if (check(plan)) return;
  const [error] = check.errors ?? [];
  const where = error?.instancePath === '' ? 'it' : (error?.instancePath ?? 'it');
  throw wrongFlag(
    `${file} is not a plan that this topo reads: ${where} ${error?.message ?? ''}`,
    'plan again with --out',
  );
}
