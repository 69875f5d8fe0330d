// Reads from the environment again the secrets that a saved plan doesn't hold.
import { Environment } from '../file/environment.ts';
import { fillIn, renderMeaning, Unfilled } from '../file/expression.ts';
import { type Plan, type Step } from '../reconcile/step.ts';
import { renderObject } from '../topology/identity.ts';
import type { GlobalParameter, Parameter } from '../topology/object.ts';
import { InvalidInput, type Problem } from '../topology/problem.ts';
import { mapTexts } from '../topology/secret-values.ts';
import { Secret } from '../topology/secret.ts';
import { Veiled } from '../topology/veiled.ts';

/** Throws InvalidInput, naming all that is missing. */
export function withPlannedSecrets(plan: Plan, env: NodeJS.ProcessEnv): Plan {
  const problems: Problem[] = [];
  const reader = new Environment({ env });
  const steps = plan.steps.map((step): Step => {
    if (step.kind !== 'create' && step.kind !== 'update') return step;
    const { after } = step;
    if (after.kind !== 'parameter' && after.kind !== 'global_parameter') return step;
    const known = withSecrets(after, reader, problems);
    return step.kind === 'create' ? { ...step, after: known } : { ...step, after: known };
  });
  if (problems.length > 0) throw new InvalidInput(problems);
  return { ...plan, steps };
}

function withSecrets<T extends Parameter | GlobalParameter>(
  object: T,
  reader: Environment,
  problems: Problem[],
): T {
  const value = mapTexts(object.value, (text, name) => {
    if (!(text instanceof Veiled)) return text;
    const read = readSecret(text, reader);
    if (typeof read === 'string') return text.with({ text: new Secret(read) });
    problems.push({ ...read, message: `${name} of ${renderObject(object)}: ${read.message}` });
    return text;
  });
  return { ...object, value };
}

function readSecret({ from }: Veiled, reader: Environment): string | Problem {
  if (from === undefined) return inFile;
  try {
    return renderMeaning(fillIn(from, (name) => lookup(name, reader)));
  } catch (error) {
    if (!(error instanceof Unfilled) || error.problem === undefined) throw error;
    return error.problem;
  }
}

/** A saved plan has nothing else to fill in. */
function lookup(name: string, reader: Environment) {
  if (name.startsWith('env:')) return reader.lookup(name.slice('env:'.length));
  throw new Unfilled({ code: 'edited-plan', message: 'the plan was edited', hint: inFile.hint });
}

const inFile = {
  code: 'no-secret',
  message: 'it holds a secret that stands in a topology file, and saved plans hold none',
  hint: 'apply the files instead; or write ${env:NAME} there, set NAME, and plan again',
};
