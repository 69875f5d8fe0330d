// Decides which environment variables the files may read: their authors need not know what it
// holds.
import { matchesGlob } from '../topology/glob.ts';
import type { Problem } from '../topology/problem.ts';
import { Unfilled, type Meaning } from './expression.ts';

export interface EnvironmentSettings {
  readonly env: NodeJS.ProcessEnv;
  /** Names and patterns, as in --allow-env; those of TOPO_ALLOW_ENV are added. */
  readonly allowEnv?: readonly string[];
  /** Whether variables for secret fields may be unset: nothing reads their values. */
  readonly mayLackSecrets?: boolean;
}

/** Stands for the value of a variable that may be unset. */
const anySecret = 'secret';

export class Environment {
  readonly #env: NodeJS.ProcessEnv;
  readonly #allowed: readonly string[];
  readonly #mayLackSecrets: boolean;

  constructor({ env, allowEnv = [], mayLackSecrets = false }: EnvironmentSettings) {
    this.#env = env;
    this.#mayLackSecrets = mayLackSecrets;
    const listed = (env['TOPO_ALLOW_ENV'] ?? '').split(/[\s,]+/).filter((name) => name !== '');
    this.#allowed = [...allowEnv, ...listed];
  }

  /** Allowed patterns that can never be allowed. */
  problems(): Problem[] {
    return this.#allowed.filter(isTopos).map((name) => ({
      code: 'environment-of-topo',
      message: `${name} can't be allowed: variables that begin with RABBITMQ_, AMQP_ or TOPO_ are topo's own`,
      hint: 'leave it out, and give files a variable of another name',
    }));
  }

  /** Only a secret field may hold the value of a variable that isn't allowed. Throws Unfilled. */
  lookup(name: string): Meaning {
    if (isTopos(name)) throw ofTopo(name);
    const mayBeShown = isPlain(name) || this.#allowed.some((glob) => matchesGlob(glob, name));
    const instead = this.#mayLackSecrets && !mayBeShown ? anySecret : undefined;
    const value = this.#env[name] ?? instead;
    if (value === undefined) throw notSet(name, mayBeShown);
    const unresolved = `\${env:${name}}`;
    return { value, isFromEnvironment: true, unresolved, ...(!mayBeShown && { secretOf: name }) };
  }
}

/** Such variables hold credentials, or decide what files may do. */
export const isTopos = (name: string): boolean =>
  /^(?:RABBITMQ|AMQP|TOPO)_/.test(name) && !isPlain(name);
const isPlain = (name: string): boolean => name.startsWith('TOPO_VAR_');

function ofTopo(name: string): Unfilled {
  const message = `the environment variable ${name} is topo's own, and no file may read it`;
  const hint =
    'give it another name; or declare a variable, and set it with --var or TOPO_VAR_name';
  return new Unfilled({ code: 'environment-of-topo', message, hint });
}

function notSet(name: string, mayBeShown: boolean): Unfilled {
  const flag = mayBeShown ? '' : `; a field that is shown also needs --allow-env ${name}, too`;
  const message = `the environment variable ${name} is not set`;
  return new Unfilled({
    code: 'unset-environment',
    message,
    hint: `set it: export ${name}=…${flag}`,
  });
}

export function notAllowed(name: string): Unfilled {
  const message = `the environment variable ${name} may be a secret, and this field is shown`;
  const hint = `if it is not: --allow-env ${name}, or export TOPO_ALLOW_ENV=${name}`;
  return new Unfilled({ code: 'environment-not-allowed', message, hint });
}
