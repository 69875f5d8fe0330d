// Reads passwords where files and plans say they are, and keeps those that topo makes.
import { randomBytes } from 'node:crypto';
import { SecretsFolder } from '../disk/secrets-folder.ts';
import { isTopos } from '../file/environment.ts';
import type { MakePassword } from '../management/made-password.ts';
import { afterOf, objectOf, type Plan, type Step } from '../reconcile/step.ts';
import { escape } from '../report/escape.ts';
import type { Address } from '../topology/address.ts';
import type { Declared, Desired } from '../topology/desired.ts';
import { renderObject } from '../topology/identity.ts';
import { unreachable, type TopologyObject, type User } from '../topology/object.ts';
import type { Password, Source } from '../topology/password.ts';
import { ExpectedError, InvalidInput, type Problem } from '../topology/problem.ts';
import { fileOfUser, isMade, namesIn } from '../topology/secret-files.ts';
import { Secret } from '../topology/secret.ts';
import { wrongFlag, type SecretsFlags } from './flags.ts';
import type { Terminal } from './terminal.ts';

export async function openSecrets({
  secretsDir,
}: SecretsFlags): Promise<SecretsFolder | undefined> {
  if (secretsDir === undefined) return undefined;
  try {
    return await SecretsFolder.open(secretsDir);
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    throw wrongFlag(`--secrets-dir: ${error.message}`, error.hint ?? '');
  }
}

/** Reads the files that users' passwords are in. Throws InvalidInput, naming what can't be read. */
export async function withPasswordFiles(
  desired: Desired,
  secrets: SecretsFolder | undefined,
): Promise<Desired> {
  const problems: Problem[] = [];
  const objects = new Map<Address, Declared>();
  for (const [address, declared] of desired.objects) {
    const { object, at } = declared;
    const isInFile = object.kind === 'user' && sourceIn(object.password)?.kind === 'file';
    const read = isInFile ? await withSecret(object, { secrets, env: {} }) : object;
    if ('code' in read) problems.push({ ...read, at });
    else objects.set(address, read === object ? declared : { ...declared, object: read });
  }
  if (problems.length > 0) throw new InvalidInput(problems, desired.sources);
  return { ...desired, objects };
}

/** Reads again what a saved plan doesn't hold. Throws InvalidInput. */
export async function withPlannedPasswords(
  plan: Plan,
  secrets: SecretsFolder | undefined,
  { env }: Terminal,
): Promise<Plan> {
  const problems: Problem[] = [];
  const steps: Step[] = [];
  for (const step of plan.steps) {
    const after = step.kind === 'create' || step.kind === 'update' ? step.after : undefined;
    const read = after?.kind === 'user' ? await withSecret(after, { secrets, env }) : undefined;
    if (read && 'code' in read) problems.push(read);
    steps.push(read && !('code' in read) ? ({ ...step, after: read } as Step) : step);
  }
  if (problems.length > 0) throw new InvalidInput(problems);
  return { ...plan, steps };
}

/** Throws InvalidInput if topo has to make a password and knows no place for it. */
export function assertPlaceForPasswords({ steps }: Plan, { secretsDir }: SecretsFlags): void {
  if (secretsDir !== undefined) return;
  const problems = steps.flatMap((step) => {
    const after = afterOf(step);
    if (after === undefined || passwordOf(after)?.kind !== 'generated') return [];
    const message = `${renderObject(objectOf(step))} gets a password that topo makes, and no folder to keep it in`;
    return [{ code: 'no-secrets-dir', message, hint: 'name one: --secrets-dir DIR' }];
  });
  if (problems.length > 0) throw new InvalidInput(problems);
}

/** Keeps each password in a file before a user has it. */
export const passwordMaker =
  (secrets: SecretsFolder | undefined, terminal: Terminal): MakePassword =>
  async (user) => {
    if (secrets === undefined) throw new Error(`no folder for the password of ${user}`);
    const file = fileOfUser(user);
    const text = await secrets.keep(file, randomBytes(32).toString('base64url'), isMade);
    terminal.tell(`the password of user ${escape(user)} is in ${escape(secrets.pathOf(file))}`);
    return new Secret(text);
  };

const passwordOf = (object: TopologyObject): Password | undefined =>
  object.kind === 'user' ? object.password : undefined;

const sourceIn = (password: Password | undefined): Source | undefined =>
  password?.kind === 'text' || password?.kind === 'hash' ? password.from : undefined;

interface Sources {
  readonly secrets: SecretsFolder | undefined;
  readonly env: NodeJS.ProcessEnv;
}

/** The user with its password as its source has it; or what is wrong with that. */
async function withSecret(user: User, sources: Sources): Promise<User | Problem> {
  const { password } = user;
  if (password?.kind !== 'text' && password?.kind !== 'hash') return user;
  if (password.from === undefined) return user;
  try {
    const secret = new Secret(await readSource(password.from, sources));
    const read = password.kind === 'text' ? { text: secret } : { hash: secret };
    return { ...user, password: { ...password, ...read } };
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    const message = `the password of ${renderObject(user)}: ${error.message}`;
    return { code: 'no-password', message, hint: error.hint ?? 'check the path' };
  }
}

function readSource(from: Source, { secrets, env }: Sources): string | Promise<string> {
  switch (from.kind) {
    case 'file':
      if (secrets !== undefined) return secrets.read(namesIn(from.path) ?? []);
      throw new ExpectedError(`it is in the file ${from.path} of a folder that is not named`, {
        hint: 'name it: --secrets-dir DIR',
      });
    case 'environment':
      return readVariable(from.name, env);
    case 'entry':
      throw new ExpectedError('it is in the topology file, and saved plans hold no passwords', {
        hint: 'apply the files; or take it from the environment or a file: ${env:NAME}, password_file',
      });
    default:
      return unreachable(from);
  }
}

/** A plan may be written by anybody, as a file. */
function readVariable(name: string, env: NodeJS.ProcessEnv): string {
  const { [name]: value = '' } = env;
  if (!isTopos(name) && value !== '') return value;
  throw new ExpectedError(`the environment variable ${name} is not set, or not for files to read`, {
    hint: `set it: export ${name}=…`,
  });
}
