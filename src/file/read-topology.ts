// Reads topology files into what they declare. Reports all problems at once.
import { resolve } from 'node:path';
import type { Desired } from '../topology/desired.ts';
import { literalGlob } from '../topology/glob.ts';
import type { Exchange, Queue } from '../topology/object.ts';
import { InvalidInput, type Problem } from '../topology/problem.ts';
import type { Scope } from '../topology/scope.ts';
import { EntryFiller } from './entry-filler.ts';
import { EntryReader } from './entry-reader.ts';
import { Findings } from './findings.ts';
import { foreignFault } from './foreign-file.ts';
import { OpenedFile } from './opened-file.ts';
import { parseFile, type Use } from './parse-file.ts';
import { Outputs } from './outputs.ts';
import { Overlays } from './overlays.ts';
import { readHarness, type FoundSection } from './read-harness.ts';
import {
  openEnvironment,
  readExpected,
  toChosen,
  type EnvironmentChoice,
} from './read-environment.ts';
import { readHead, type Head } from './read-head.ts';
import { readSource } from './read-source.ts';
import type { Resolved } from './resolved.ts';
import { readVariables, type VariableSettings } from './read-variables.ts';
import { Source, toProblem } from './source.ts';
import { warnOfPatterns, warnOfUnnamedVhosts, warnOfUnusedVariables } from './warnings.ts';

export interface TopologySettings extends VariableSettings {
  /** Paths of files that map names to values; the last one wins. */
  readonly varFiles: readonly string[];
  /** Of former files, only its variables count. */
  readonly environment?: EnvironmentChoice | undefined;
  /** Texts to read in place of files, by their paths. */
  readonly edited?: ReadonlyMap<string, string> | undefined;
}

/** Several files, each read once, are one topology; `-` is stdin. Throws InvalidInput. */
export async function readTopology(
  paths: readonly string[],
  settings: TopologySettings,
  resolved?: Resolved,
): Promise<Desired> {
  const findings = new Findings();
  const { edited } = settings;
  const known = new Set<string>();
  const isNew = (path: string): boolean => known.size < known.add(resolve(path)).size;
  const named = await openFiles(paths.filter(isNew), 'topology', findings, edited);
  const chosen = settings.environment && (await openEnvironment(settings.environment, findings));
  const environment = settings.isFormer === true ? undefined : chosen;
  const more = (environment?.files ?? []).filter(isNew);
  const beside = await openFiles(more, 'topology', findings, edited);
  const files = [...named, ...beside];
  const varFiles = await openFiles(settings.varFiles, 'variables', findings);
  findings.throwProblems();

  const variables = readVariables(files, varFiles, settings, findings, chosen?.file);
  const filler = new EntryFiller(variables, findings);
  const overlays = environment && new Overlays(environment, filler, findings);
  const entries = new EntryReader(filler, findings, { overlays, resolved });
  const heads = new Map<string, Head>();
  const outputs = new Outputs(findings);
  const sections: FoundSection[] = [];
  for (const file of files) {
    const head = readHead(file, variables, findings);
    if (head && ownsOrIsEmpty(file, head)) entries.vhosts.set(head.vhost, file.at(['vhost']));
    entries.read(file, head?.vhost ?? '/');
    if (head) heads.set(file.parsed.source.file, head);
    if (head) outputs.add(file, head.outputs);
    if (head?.harness) sections.push({ file, section: head.harness });
  }
  entries.finish();
  overlays?.finish();
  const expected = environment && readExpected(environment, variables, findings);
  const harness = readHarness(sections, entries.objects.values(), findings);
  findings.throwProblems();

  warnOfUnusedVariables(variables, files, findings);
  warnOfPatterns(files, findings);
  warnOfUnnamedVhosts(files, findings);
  const all = [...heads.values()];
  return {
    sources: findings.sources,
    files: heads,
    vhosts: entries.vhosts,
    expectedTypes: new Map(all.flatMap(({ expectedTypes }) => [...expectedTypes])),
    objects: entries.objects,
    renames: entries.renames.byOld,
    scopes: [...all.flatMap(({ scope }) => scope ?? []), ...entries.leftOut.map(protecting)],
    environment: environment && toChosen(environment),
    expectations: [...all.map(({ expectation }) => expectation), expected].flatMap(
      (one) => one ?? [],
    ),
    harness,
    outputs: outputs.values,
    doubts: findings.doubts,
    warnings: findings.warnings,
  };
}

async function openFiles(
  paths: readonly string[],
  use: Use,
  findings: Findings,
  edited?: ReadonlyMap<string, string>,
): Promise<OpenedFile[]> {
  const files: OpenedFile[] = [];
  for (const path of paths) {
    const text = edited?.get(path);
    const source =
      text === undefined
        ? await readOr(path, use, findings)
        : take(new Source(path, text), findings);
    if (source === undefined) continue;
    const parsed = parseFile(source, use);
    const head = parsed.kind === 'parsed' ? parsed.file.head : undefined;
    const foreign = use === 'topology' ? foreignFault(source.text, head) : undefined;
    if (foreign !== undefined) findings.problems.push(toProblem(source, foreign));
    else if (parsed.kind === 'faulty')
      findings.problems.push(...parsed.faults.map((fault) => toProblem(source, fault)));
    else if (use === 'topology' && 'topo_plan' in parsed.file.head)
      findings.problems.push(savedPlan(source.file));
    else files.push(new OpenedFile(parsed.file));
  }
  return files;
}

/** A saved plan is recognized by the start of its file; this one came from stdin, or was edited. */
function savedPlan(file: string): Problem {
  const hint =
    file === 'stdin'
      ? 'save it as a file, and topo apply FILE'
      : 'it has been edited since topo plan --out; plan again';
  return { code: 'saved-plan', message: `${file} is a saved plan, not a topology file`, hint };
}

function take(source: Source, findings: Findings): Source {
  findings.add(source);
  return source;
}

async function readOr(path: string, use: Use, findings: Findings): Promise<Source | undefined> {
  try {
    return take(await readSource(path, use), findings);
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    findings.problems.push(...error.problems);
    return undefined;
  }
}

/** A file's vhost counts if it is named or owned, or if the file is empty otherwise. */
function ownsOrIsEmpty({ parsed }: OpenedFile, head: Head): boolean {
  const isEmpty = Object.values(parsed.entries).every((list) => list.length === 0);
  return head.namesVhost || head.scope !== undefined || isEmpty;
}

function protecting({ kind, vhost, name }: Exchange | Queue): Scope {
  const none = { exchange: [], queue: [] };
  const protect = { ...none, [kind]: [literalGlob(name)] };
  return { vhost, manage: { ...none, bindings_into: [] }, protect };
}
