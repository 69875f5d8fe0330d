// Reads the job of topo-harness train: a YAML file, checked whole.
import { readDocument, type ReadDocument } from '../../file/read-document.ts';
import type { FieldProblem } from '../../file/locate.ts';
import type { Job } from '../../harness/train/job/job.generated.ts';
import { jobProblems } from '../../harness/train/job/job-rules.ts';
import * as validators from '../../harness/train/job/validators.js';

/**
 * With its defaults filled in, and where its fields stand. Throws InvalidInput with all problems.
 */
export async function readJob(path: string): Promise<ReadDocument<Job>> {
  return readDocument(path, {
    use: 'job',
    name: 'a job file',
    hints,
    validate: validators.job,
    check: (given) =>
      jobProblems(given).map((problem): FieldProblem => ({ ...problem, spot: 'value' })),
  });
}

const hints = new Map([
  ['file-too-large', 'name many shards by a glob'],
  ['yaml-several-documents', 'keep one: a job is one document'],
  ['too-deep', 'a job needs no more than 10'],
  ['merge-key', 'write the fields out'],
  ['too-many-aliased', 'write the values out'],
]);
