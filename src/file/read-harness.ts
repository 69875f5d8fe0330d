// Reads the harness section: at most one in all files, every name declared and fit for its role.
import { castOf } from '../topology/cast.ts';
import type { Declared } from '../topology/desired.ts';
import type { DeclaredHarness, HarnessSection } from '../topology/harness.ts';
import { harnessBreaches } from '../topology/harness-rules.ts';
import { harnessWarnings } from '../topology/harness-warnings.ts';
import type { Findings } from './findings.ts';
import type { OpenedFile } from './opened-file.ts';

export interface FoundSection {
  readonly file: OpenedFile;
  readonly section: HarnessSection;
}

/** After other problems, an object that seems to be missing may only be unreadable. */
export function readHarness(
  found: readonly FoundSection[],
  declared: Iterable<Declared>,
  findings: Findings,
): DeclaredHarness | undefined {
  const [first, ...others] = found;
  if (first === undefined) return undefined;
  const at = first.file.at(['harness'], 'key');
  const isComplete = findings.problems.length === 0;
  for (const { file } of others) {
    findings.problems.push(file.problem(twice(at), ['harness'], 'key'));
  }
  checkSection(first, declared, findings, isComplete);
  return { section: first.section, at };
}

function checkSection(
  { file, section }: FoundSection,
  declared: Iterable<Declared>,
  findings: Findings,
  isComplete: boolean,
): void {
  const cast = castOf(section, declared);
  for (const { path, at, isAbsence = false, ...breach } of harnessBreaches(cast)) {
    const { code, message, hint } = breach;
    const place = at ?? file.at(['harness', ...path], path.length === 0 ? 'key' : 'value');
    if (isComplete || !isAbsence) findings.problems.push({ code, message, hint, at: place });
  }
  findings.warnings.push(...harnessWarnings(cast));
}

function twice({ file, line, col }: DeclaredHarness['at']) {
  return {
    code: 'harness-twice',
    message: `there is a harness section already, at ${file}:${line}:${col}`,
    hint: 'all files are one topology; keep one of the two',
  };
}
