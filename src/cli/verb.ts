// What the verbs of both programs have in common.
import { Option, type Command } from 'commander';
import type { Terminal } from './terminal.ts';

/** A verb, with its arguments and flags filled in. Gives the exit code. */
type Verb = (terminal: Terminal) => Promise<number>;
export type Run = (verb: Verb) => Promise<void>;

export function verb(program: Command, name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .option('--quiet', 'no progress on stderr')
    .option('--no-color', 'no colours');
}

export const format = (...choices: string[]): Option =>
  new Option('--format <format>', 'how to print').choices(choices).default(choices[0]);
