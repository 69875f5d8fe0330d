// What the verbs of both programs share.
import { Command, Option } from 'commander';
import { escape } from '../report/escape.ts';
import type { Terminal } from './terminal.ts';
import { readVersion } from './version.ts';

/** A verb with its arguments and flags. Returns the exit code. */
type Verb = (terminal: Terminal) => Promise<number>;
export type Run = (verb: Verb) => Promise<void>;

export function openProgram(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .version(readVersion(), '--version', 'print the version')
    .exitOverride()
    .showHelpAfterError(`(${name} help COMMAND tells more)`)
    .configureHelp({ sortSubcommands: false })
    .configureOutput({ outputError: (text, write) => write(escapeLines(text)) });
}

/** Messages repeat what was typed. */
const escapeLines = (text: string): string => text.split('\n').map(escape).join('\n');

export function verb(program: Command, name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .option('--quiet', 'no progress on stderr')
    .option('--no-color', 'no colours');
}

export const format = (...choices: string[]): Option =>
  new Option('--format <format>', 'how to print').choices(choices).default(choices[0]);
