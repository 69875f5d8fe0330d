// Where the tools that topo is compared with are installed.
import { execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The program that the environment variable names, or that PATH has. Says what is missing otherwise. */
export function locate(program: string, variable: string): string | undefined {
  const named = process.env[variable];
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const places = named === undefined ? folders.map((folder) => join(folder, program)) : [named];
  const found = places.find(isExecutable);
  if (found === undefined) {
    console.log(`left out: no ${program} (install it, or set ${variable} to its path)`);
  }
  return found;
}

/** What a program says of itself, such as its version. */
export const ask = (program: string, ...args: string[]): string =>
  execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
