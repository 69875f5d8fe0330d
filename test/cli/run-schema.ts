// Holds each run that a test's topo reports as JSON against schema/run.schema.json.
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import schema from '../../schema/run.schema.json' with { type: 'json' };

const isRun = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(schema);

/** `args`: of a call that has ended, and printed `out`. Calls without a report are fine. */
export async function checkRun(args: readonly string[], cwd: string, out: string): Promise<void> {
  const texts = [
    ...(args[0] === 'apply' && valueOf(args, '--format') === 'json' ? [out] : []),
    ...(await reportsOf(args, cwd)),
  ];
  for (const text of texts) check(text);
}

const valueOf = (args: readonly string[], flag: string): string | undefined =>
  args.includes(flag) ? args[args.indexOf(flag) + 1] : undefined;

/** A report that could not be written may be missing, or cut off. */
async function reportsOf(args: readonly string[], cwd: string): Promise<string[]> {
  const report = valueOf(args, '--report');
  if (report === undefined || report.startsWith('/dev/')) return [];
  return readFile(resolve(cwd, report), 'utf8').then(
    (text) => [text],
    () => [],
  );
}

function check(text: string): void {
  let run: unknown;
  try {
    run = JSON.parse(text);
  } catch {
    return;
  }
  expect(isRun(run) ? [] : isRun.errors, text).toEqual([]);
}
