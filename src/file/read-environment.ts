// Reads what is different about a topology in one environment: environments/NAME.yaml, beside the
// first topology file.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { nearest } from '../topology/did-you-mean.ts';
import { InvalidInput, type Problem } from '../topology/problem.ts';
import { quote } from '../topology/quote.ts';
import type { ChosenEnvironment, Expectation } from '../topology/desired.ts';
import type { EnvironmentFile } from './environment.generated.ts';
import { endpointProblems, isAboutEndpoint } from './endpoint-variable.ts';
import { fillAndCheck } from './fill.ts';
import type { Findings } from './findings.ts';
import { OpenedFile } from './opened-file.ts';
import { parseWhole } from './parse-file.ts';
import { isRelative, ProjectFolder } from './project-folder.ts';
import { expectationOf } from './read-head.ts';
import { readSource } from './read-source.ts';
import { checkEnvironment } from './schema.ts';
import { toProblem } from './source.ts';
import type { Variables } from './variables.ts';

export interface EnvironmentChoice {
  readonly name: string;
  /** The first topology file; `-` is stdin. */
  readonly beside: string;
}

export interface OpenedEnvironment {
  readonly name: string;
  readonly file: OpenedFile;
  readonly value: EnvironmentFile;
  /** The paths of its own topology files. */
  readonly files: readonly string[];
}

const folder = 'environments';
const plainName = /^[A-Za-z0-9][\w-]{0,63}$/;

/** Undefined after problems. */
export async function openEnvironment(
  { name, beside }: EnvironmentChoice,
  findings: Findings,
): Promise<OpenedEnvironment | undefined> {
  const project = new ProjectFolder(beside);
  const file = await openNamed(name, project, findings);
  if (file === undefined) return undefined;
  const problems = problemsIn(file);
  findings.problems.push(...problems);
  if (problems.length > 0) return undefined;
  const value = file.parsed.head as EnvironmentFile;
  return { name, file, value, files: await filesOf(file, value, project, findings) };
}

async function openNamed(
  name: string,
  project: ProjectFolder,
  findings: Findings,
): Promise<OpenedFile | undefined> {
  if (!plainName.test(name)) throw new InvalidInput([notPlain(name)]);
  const path = join(project.path, folder, `${name}.yaml`);
  const where = await project.locate(path);
  if (where === 'missing') throw new InvalidInput([await unknown(name, project)]);
  if (where === 'outside') throw new InvalidInput([linkedOut(path)]);
  const source = await readSource(path, 'environment');
  findings.add(source);
  const parsed = parseWhole(source, 'environment');
  if (parsed.kind === 'parsed') return new OpenedFile(parsed.file);
  findings.problems.push(...parsed.faults.map((fault) => toProblem(source, fault)));
  return undefined;
}

function problemsIn(file: OpenedFile): Problem[] {
  const { head, entries } = file.parsed;
  const lists = Object.entries(entries).filter(([, list]) => list.length > 0);
  const whole = { ...head, ...Object.fromEntries(lists) };
  const others = checkEnvironment(whole).filter((each) => !isAboutEndpoint(each));
  return [...endpointProblems(head), ...others].map(({ path, spot, ...problem }) =>
    file.problem(problem, path, spot),
  );
}

async function filesOf(
  file: OpenedFile,
  { files = [] }: EnvironmentFile,
  project: ProjectFolder,
  findings: Findings,
): Promise<string[]> {
  const paths: string[] = [];
  for (const [index, named] of files.entries()) {
    const path = join(project.path, folder, named);
    const where = isRelative(named) ? await project.locate(path) : 'outside';
    if (where === 'inside') paths.push(path);
    else findings.problems.push(file.problem(notAFile(named, path, where), ['files', index]));
  }
  return paths;
}

/** Undefined if the environment expects nothing, or after problems. */
export function readExpected(
  { file, value: { expect } }: OpenedEnvironment,
  { lookup }: Variables,
  findings: Findings,
): Expectation | undefined {
  if (expect === undefined) return undefined;
  const { value, isValid, problems } = fillAndCheck({ expect }, [], lookup, (filled) =>
    checkEnvironment(filled as Record<string, unknown>),
  );
  for (const { path, spot, ...problem } of problems) {
    findings.problems.push(file.problem(problem, path, spot));
  }
  const filled = (value as EnvironmentFile).expect;
  return isValid && filled !== undefined ? expectationOf(filled, file) : undefined;
}

export function toChosen({ name, file, value }: OpenedEnvironment): ChosenEnvironment {
  const variable = value.endpoint_env;
  const at = file.at(['endpoint_env']);
  return { name, endpoint_env: variable === undefined ? undefined : { value: variable, at } };
}

const notPlain = (name: string): Problem => ({
  code: 'bad-environment',
  message: `--environment ${quote(name)} is not a plain name`,
  hint: 'name environments/NAME.yaml by its NAME: letters, digits, - and _',
});

async function unknown(name: string, { path }: ProjectFolder): Promise<Problem> {
  const known = await environmentsIn(path);
  const meant = nearest(name, known);
  const there = known.slice(0, mostNamed).join(', ') + (known.length > mostNamed ? ' …' : '');
  const hint =
    known.length === 0 ? `write ${join(path, folder, `${name}.yaml`)}` : `there are ${there}`;
  return {
    code: 'unknown-environment',
    message: `there is no ${join(path, folder, `${name}.yaml`)}`,
    hint: meant === undefined ? hint : `did you mean ${meant}? ${hint}`,
  };
}

const mostNamed = 20;

async function environmentsIn(path: string): Promise<string[]> {
  const files = await readdir(join(path, folder)).catch(() => []);
  const names = files.flatMap((file) => /^(.+)\.yaml$/.exec(file)?.[1] ?? []);
  return names.filter((name) => plainName.test(name)).sort();
}

const linkedOut = (path: string): Problem => ({
  code: 'outside-project',
  message: `${path} is a link that leads out of the folder of the topology file`,
  hint: 'put the file itself there',
});

function notAFile(named: string, path: string, where: 'outside' | 'missing'): Problem {
  if (where === 'missing') {
    const hint = 'paths are relative to the file of the environment';
    return { code: 'unreadable-file', message: `there is no file ${path}`, hint };
  }
  return {
    code: 'outside-project',
    message: `${quote(named)} leads out of the folder of the topology file`,
    hint: 'name a file in it, relative to the file of the environment, such as ../more.yaml',
  };
}
