// Reads settings: reports every one that is wrong, and never repeats a value that may hold a
// secret.
import { InvalidInput, type Problem } from '../topology/problem.ts';

/** The value of an environment variable; one that is set to nothing is not set. */
export function readSetting(env: NodeJS.ProcessEnv, name: string): string | undefined {
  return env[name] === '' ? undefined : env[name];
}

export function invalid(code: string, message: string, hint: string): InvalidInput {
  return new InvalidInput([{ code, message, hint }]);
}

type Parsers<T> = { readonly [K in keyof T]: () => T[K] };

/** Runs all parsers; throws one InvalidInput with the problems of all. */
export function parseAll<T extends object>(parsers: Parsers<T>): T {
  const problems: Problem[] = [];
  const entries = Object.entries<() => unknown>(parsers).map(([name, parse]) => {
    try {
      return [name, parse()];
    } catch (error) {
      if (!(error instanceof InvalidInput)) throw error;
      problems.push(...error.problems);
      return [name, undefined];
    }
  });
  if (problems.length > 0) throw new InvalidInput(problems);
  return Object.fromEntries(entries) as T;
}
