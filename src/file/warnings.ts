// What is allowed, and most likely a mistake.
import { quote } from '../topology/quote.ts';
import type { Findings } from './findings.ts';
import type { OpenedFile } from './opened-file.ts';
import { isRecord } from './parse-file.ts';
import type { Variables } from './variables.ts';

export function warnOfUnusedVariables(variables: Variables, findings: Findings): void {
  for (const [name, { at }] of variables.unused()) {
    const message = `variable ${quote(name)} is never used`;
    findings.warnings.push({ code: 'unused-variable', message, hint: 'remove it', at });
  }
}

/** Beyond these, nobody wrote them by hand. */
const mostPatterns = 1000;

export function warnOfPatterns(files: readonly OpenedFile[], findings: Findings): void {
  for (const file of files) {
    for (const section of ['exchanges', 'queues']) {
      const patterns = patternsIn(file, section);
      if (patterns.length <= mostPatterns) warnOfRepeated(file, section, patterns, findings);
    }
  }
}

function warnOfRepeated(
  file: OpenedFile,
  section: string,
  patterns: readonly string[],
  findings: Findings,
): void {
  for (const [index, pattern] of patterns.entries()) {
    if (pattern.includes('${') || patterns.indexOf(pattern) === index) continue;
    findings.warnings.push(file.problem(repeated(pattern), ['manage', section, index]));
  }
}

function patternsIn({ parsed }: OpenedFile, section: string): string[] {
  const { manage } = parsed.head;
  return isRecord(manage) ? ([manage[section] ?? []].flat() as string[]) : [];
}

const repeated = (pattern: string) => ({
  code: 'repeated-pattern',
  message: `pattern ${quote(pattern)} is given twice`,
  hint: 'remove one of the two',
});
