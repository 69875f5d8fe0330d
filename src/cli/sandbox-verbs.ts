// The grammar of topo sandbox.
import type { Command } from 'commander';
import type { RunFlags, StartFlags, StatusFlags, StopFlags } from './sandbox.ts';
import { format, verb, type Run } from './verb.ts';

export function addSandbox(program: Command, run: Run): void {
  const sandbox = program
    .command('sandbox')
    .description('a private RabbitMQ to try things on, in .topo/');
  const name = ['--name <name>', 'its name, if there are several', 'default'] as const;
  verb(sandbox, 'start', 'start a private node, and print the environment to export')
    .option(...name)
    .option('--install', 'install RabbitMQ if it is missing')
    .addOption(format('env', 'json'))
    .action((flags: StartFlags) =>
      run(async (terminal) => (await import('./sandbox.ts')).start(flags, terminal)),
    );
  verb(sandbox, 'stop', 'stop it; its data is kept for the next start')
    .option(...name)
    .option('--delete', 'delete its data, too')
    .action((flags: StopFlags) =>
      run(async (terminal) => (await import('./sandbox.ts')).stop(flags, terminal)),
    );
  verb(sandbox, 'status', 'show every sandbox')
    .addOption(format('text', 'json'))
    .action((flags: StatusFlags) =>
      run(async (terminal) => (await import('./sandbox.ts')).status(flags, terminal)),
    );
  verb(sandbox, 'run', 'run a command with a private node, and stop the node afterwards')
    .argument('<command...>', 'the command, after --')
    .option('--name <name>', 'use this one, and leave it as it was, with its data')
    .option('--install', 'install RabbitMQ if it is missing')
    .action((command: string[], flags: RunFlags) =>
      run(async (terminal) => (await import('./sandbox.ts')).run(command, flags, terminal)),
    );
}
