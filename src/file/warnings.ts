// What is allowed, and most likely a mistake.
import type { Address } from '../topology/address.ts';
import type { Declared } from '../topology/desired.ts';
import { matchesGlob } from '../topology/glob.ts';
import { quote } from '../topology/quote.ts';
import type { Findings } from './findings.ts';
import type { OpenedFile } from './opened-file.ts';
import { isRecord } from './parse-file.ts';
import type { Variables } from './variables.ts';

export function warnOfUnusedVariables(variables: Variables, findings: Findings): void {
  for (const [name, { at }] of variables.unused()) {
    const message = `variable ${quote(name)} is never used`;
    findings.warnings.push({ code: 'unused-variable', message, hint: 'Remove it.', at });
  }
}

/** Beyond these, nobody wrote them by hand. */
const mostPatterns = 1000;
const kinds = { exchanges: 'exchange', queues: 'queue' } as const;

export function warnOfPatterns(
  files: readonly OpenedFile[],
  objects: ReadonlyMap<Address, Declared>,
  findings: Findings,
): void {
  for (const file of files) {
    for (const [section, kind] of Object.entries(kinds)) {
      const patterns = patternsIn(file, section);
      if (patterns.length === 0 || patterns.length > mostPatterns) continue;
      const names = [...objects.values()].flatMap(({ object }) =>
        object.kind === kind ? object.name : [],
      );
      warnOf(file, section, patterns, names, findings);
    }
  }
}

function warnOf(
  file: OpenedFile,
  section: string,
  patterns: readonly string[],
  names: readonly string[],
  findings: Findings,
): void {
  for (const [index, pattern] of patterns.entries()) {
    if (pattern.includes('${')) continue;
    const path = ['manage', section, index];
    if (patterns.indexOf(pattern) < index) {
      findings.warnings.push(file.problem(repeated(pattern), path));
    } else if (names.length > 0 && !names.some((name) => matchesGlob(pattern, name))) {
      findings.warnings.push(file.problem(matchesNothing(section, pattern), path));
    }
  }
}

function patternsIn({ parsed }: OpenedFile, section: string): string[] {
  const { manage } = parsed.head;
  return isRecord(manage) ? ([manage[section] ?? []].flat() as string[]) : [];
}

const repeated = (pattern: string) => ({
  code: 'repeated-pattern',
  message: `pattern ${quote(pattern)} is given twice`,
  hint: 'Remove one of the two.',
});

const matchesNothing = (section: string, pattern: string) => ({
  code: 'unmatched-pattern',
  message: `pattern ${quote(pattern)} matches none of the declared ${section}`,
  hint: `Live ${section} that match it are deleted. Check its spelling.`,
});
