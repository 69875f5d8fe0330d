// The flags that verbs share, and the values that they become.
import { Option, type Command } from 'commander';
import type { ConnectionFlags } from '../connection/connection.ts';
import type { Selection } from '../reconcile/select.ts';
import { InvalidInput } from '../topology/problem.ts';

export interface FileFlags {
  readonly var: readonly string[];
  readonly varFile: readonly string[];
  readonly allowEnv: readonly string[];
  readonly environment?: string;
}
export interface SelectionFlags {
  readonly only?: NonNullable<Selection['only']>;
  readonly target: readonly string[];
}

export interface ExportFlags extends ConnectionFlags, FileFlags {
  readonly vhost: readonly string[];
  readonly match?: string;
  readonly manage?: boolean;
  readonly format: 'yaml' | 'definitions';
  readonly into?: string;
  readonly output?: string;
  readonly split: readonly string[];
  readonly rest?: string;
  readonly withPasswordHashes?: boolean;
}

export interface SecretsFlags {
  readonly secretsDir?: string;
}

const collect = (value: string, before: readonly string[] = []): string[] => [...before, value];
export const repeated = (flags: string, text: string): Option =>
  new Option(flags, `${text}; repeatable`).argParser(collect).default([], '');

/**
 * A file to write, given only once: one of two would never be written. `-` is stdout, if a flag
 * says so.
 */
export function fileToWrite(flags: string, text: string, dash?: '- is stdout'): Option {
  const flag = flags.replace(/ .*/, '');
  const help = dash === undefined ? text : `${text}; ${dash}`;
  return new Option(flags, help).argParser((file: string, before: string | undefined) => {
    if (before !== undefined) throw wrongFlag(`${flag} is given twice`, 'leave one of them out');
    if (file === '-' && dash === undefined) {
      throw wrongFlag(`${flag} - names no file`, `name one; without ${flag} it is printed`);
    }
    return file;
  });
}

export function addConnectionFlags(command: Command): Command {
  return command
    .option('--endpoint <url>', 'management API (RABBITMQ_ENDPOINT; http://localhost:15672)')
    .option('--timeout <seconds>', 'how long the broker may stay silent, retries included', '30');
}

export function addFileFlags(command: Command): Command {
  return command
    .option('--environment <name>', 'what is different in environments/NAME.yaml')
    .addOption(repeated('--var <name=value>', 'set a variable of the files'))
    .addOption(repeated('--var-file <file>', 'read variables from a YAML file'))
    .addOption(repeated('--allow-env <name>', 'let files read ${env:NAME}; NAME may be a glob'));
}

export function addSecretsFlags(command: Command): Command {
  const text = 'folder for passwords: password_file is read, generate: true is written there';
  return command.option('--secrets-dir <dir>', text);
}

export const addSelectionFlags = (command: Command): Command =>
  addTargetFlag(command.addOption(only()));

export const addTargetFlag = (command: Command): Command =>
  command.addOption(repeated('--target <glob>', 'only objects of this name or address'));

/** One of the choices; may be repeated. */
function only(): Option {
  const option = new Option('--only <change>', 'only these changes; repeatable');
  const choose = option.choices(['create', 'update', 'delete']).parseArg;
  return option.argParser((value, before: readonly string[] | undefined) =>
    collect(choose?.(value, '') ?? value, before),
  );
}

/** Whether an export holds what passwords can be tried against. */
export const hashesOf = ({
  withPasswordHashes,
}: ExportFlags): { readonly withHashes: boolean } => ({
  withHashes: withPasswordHashes === true,
});

export function selectionOf({ only, target }: SelectionFlags): Selection {
  return { ...(only && { only }), targets: target };
}

export function parseCount(flag: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw wrongFlag(`${flag} takes a whole number, not "${text}"`, `${flag} 4`);
}

export function wrongFlag(message: string, hint: string): InvalidInput {
  return new InvalidInput([{ code: 'wrong-flag', message, hint }]);
}
