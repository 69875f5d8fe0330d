// topo completion: a script that completes verbs, flags and their choices, made from the grammar itself.
import type { Command, Option } from 'commander';
import { bash, fish, zsh, type VerbWords } from './completion-scripts.ts';
import { exit } from './exit.ts';
import type { Terminal } from './terminal.ts';

const scripts = { bash, zsh, fish };
export type Shell = keyof typeof scripts;

export function completion(shell: Shell, program: Command, terminal: Terminal): Promise<number> {
  terminal.print(scripts[shell](wordsOf(program, '')));
  return Promise.resolve(exit.done);
}

function wordsOf(command: Command, path: string): VerbWords[] {
  const verbs = command.commands.map((verb) => verb.name());
  const choices = command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []);
  const flags = [...command.options.map(flagOf), { name: '--help', choices: undefined }];
  const below = command.commands.flatMap((verb) => wordsOf(verb, `${path} ${verb.name()}`.trim()));
  return [{ path, next: [...verbs, ...choices], flags }, ...below];
}

function flagOf({ long, required, argChoices }: Option): VerbWords['flags'][number] {
  return { name: long ?? '', choices: required ? (argChoices ?? []) : undefined };
}
