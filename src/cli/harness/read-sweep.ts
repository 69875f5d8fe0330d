// Reads the sweep of topo-harness publish: a YAML file, checked whole.
import { readDocument } from '../../file/read-document.ts';
import type { FieldProblem } from '../../file/locate.ts';
import type { Sweep } from '../../harness/publish/sweep.generated.ts';
import { sweepProblems } from '../../harness/publish/sweep-rules.ts';
import * as validators from '../../harness/publish/validators.js';

/** With its defaults filled in. Throws InvalidInput with all problems. */
export async function readSweep(path: string): Promise<Sweep> {
  const { value } = await readDocument<Sweep>(path, {
    use: 'sweep',
    name: 'a sweep file',
    hints,
    validate: validators.sweep,
    check: (given) =>
      sweepProblems(given).map((problem): FieldProblem => ({ ...problem, spot: 'value' })),
  });
  return value;
}

const hints = new Map([
  ['file-too-large', 'name a range in place of its values'],
  ['yaml-several-documents', 'keep one: a sweep is one document'],
  ['too-deep', 'a sweep needs no more than 10'],
  ['merge-key', 'write the fields out'],
  ['too-many-aliased', 'write the values out'],
]);
