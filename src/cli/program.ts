// The grammar of the command line. A verb's module is loaded when the verb is called.
import { Argument, Option, type Command } from 'commander';
import type { CheckUpgradeFlags } from './check-upgrade.ts';
import type { Shell } from './completion.ts';
import { addImport } from './import-verbs.ts';
import type { ApplyFlags } from './apply-flags.ts';
import {
  addCarryFlags,
  addConsentFlags,
  addDeletesFlag,
  addSelfFlag,
  noSelfFlag,
} from './consent-flags.ts';
import {
  addConnectionFlags,
  addSecretsFlags,
  addFileFlags,
  addSelectionFlags,
  addTargetFlag,
  fileToWrite,
  repeated,
  type ExportFlags,
  type FileFlags,
} from './flags.ts';
import type { MigrateFlags } from './migrate.ts';
import type { MoveFlags } from './move.ts';
import type { InitFlags } from './init.ts';
import type { OutputFlags } from './output.ts';
import type { PlanFlags } from './plan.ts';
import type { RenderFlags } from './render.ts';
import { addSandbox } from './sandbox-verbs.ts';
import type { ShowFlags } from './show.ts';
import { format, openProgram, verb, type Run } from './verb.ts';

export function makeProgram(run: Run): Command {
  const program = openProgram(
    'topo',
    'Plan, apply and export RabbitMQ topologies from one YAML file',
  );
  const adders = [
    addInit,
    addValidate,
    addRender,
    addPlan,
    addShow,
    addApply,
    addDestroy,
    addExport,
    addCheckUpgrade,
    addOutput,
    addImport,
    addMove,
    addMigrate,
  ];
  for (const add of [...adders, addSandbox]) add(program, run);
  addCompletion(program, run);
  return program;
}

const files = '[file...]';
const filesHelp = 'topology files; several are one topology; - is stdin (default: topology.yaml)';
const detailed = ['--detailed-exitcode', 'exit 2 if there are changes'] as const;

function addInit(program: Command, run: Run): void {
  verb(program, 'init', 'write a complete topology file to start from')
    .addOption(
      new Option('--template <name>', 'which one').choices(['plain', 'training']).default('plain'),
    )
    .option('--output <file>', 'where to; never overwrites; - is stdout', 'topology.yaml')
    .option(
      '--rights <file>',
      'for training: also write commands that create users with least rights',
    )
    .action((flags: InitFlags) =>
      run(async (terminal) => (await import('./init.ts')).init(flags, terminal)),
    );
}

function addValidate(program: Command, run: Run): void {
  const command = verb(program, 'validate', 'check topology files without a broker');
  addFileFlags(command.argument(files, filesHelp)).action((paths: string[], flags: FileFlags) =>
    run(async (terminal) => (await import('./validate.ts')).validate(paths, flags, terminal)),
  );
}

function addRender(program: Command, run: Run): void {
  const command = verb(program, 'render', 'print the whole topology as one file, all resolved')
    .argument(files, filesHelp)
    .addOption(format('yaml', 'json', 'definitions'))
    .addOption(fileToWrite('--output <file>', 'write to a file', '- is stdout'));
  addFileFlags(command).action((paths: string[], flags: RenderFlags) =>
    run(async (terminal) => (await import('./render.ts')).render(paths, flags, terminal)),
  );
}

function addPlan(program: Command, run: Run): void {
  const command = verb(program, 'plan', 'show what differs between the files and the broker')
    .argument(files, filesHelp)
    .addOption(fileToWrite('--out <file>', 'save the plan, for topo apply'))
    .addOption(format('text', 'json', 'markdown'))
    .option(...detailed)
    .addOption(
      repeated('--was <file>', 'a former topology file: show what it owned and no file owns now'),
    )
    .option('--fail-on-refused', 'exit 4 if apply would be refused')
    .option('--destroy', 'plan to delete what the files declare, as topo destroy does');
  addConnectionFlags(addSelectionFlags(addSecretsFlags(addFileFlags(command)))).action(
    (paths: string[], flags: PlanFlags) =>
      run(async (terminal) => (await import('./plan.ts')).plan(paths, flags, terminal)),
  );
}

function addShow(program: Command, run: Run): void {
  verb(program, 'show', 'show a saved plan, without a broker')
    .argument('<plan>', 'the file that topo plan --out wrote')
    .addOption(format('text', 'json', 'markdown'))
    .action((file: string, flags: ShowFlags) =>
      run(async (terminal) => (await import('./show.ts')).show(file, flags, terminal)),
    );
}

function addApply(program: Command, run: Run): void {
  const command = verb(
    program,
    'apply',
    'make the broker match the files, or carry out a saved plan',
  ).argument('[file...]', `${filesHelp}, or one saved plan`);
  const withFiles = addSelectionFlags(addSecretsFlags(addFileFlags(addRunFlags(command))));
  const withConsents = addCarryFlags(addConsentFlags(addConnectionFlags(withFiles)));
  addDeletesFlag(addSelfFlag(withConsents)).action((paths: string[], flags: ApplyFlags) =>
    run(async (terminal) => (await import('./apply.ts')).apply(paths, flags, terminal)),
  );
}

function addDestroy(program: Command, run: Run): void {
  const command = verb(
    program,
    'destroy',
    'delete what the files declare, and nothing else',
  ).argument(files, filesHelp);
  const withFiles = addTargetFlag(addFileFlags(addRunFlags(command)));
  const withConsents = addConsentFlags(addConnectionFlags(withFiles));
  withConsents
    .addOption(noSelfFlag())
    .action((paths: string[], flags: ApplyFlags) =>
      run(async (terminal) =>
        (await import('./apply.ts')).apply(paths, { ...flags, destroy: true }, terminal),
      ),
    );
}

const addRunFlags = (command: Command): Command =>
  command
    .option('--yes', "don't ask")
    .addOption(format('text', 'json'))
    .addOption(fileToWrite('--report <file>', 'write the outcome of each step as JSON'))
    .addOption(
      new Option('--verify <how>', 'strong: read again through every node').choices(['strong']),
    )
    .addOption(repeated('--node-endpoint <url>', "with --verify=strong: a node's management API"))
    .option('--expect <id>', 'carry out only the plan of this id, else exit 5')
    .option('--parallelism <number>', 'how many writes may run at once, for a busy broker', '64')
    .option(
      '--drain-timeout <seconds>',
      'how long consumers have to settle what they hold before a queue goes',
      '60',
    )
    .option('--lock-timeout <seconds>', 'how long to wait for another run to end', '60')
    .option(...detailed);

function addExport(program: Command, run: Run): void {
  const command = verb(program, 'export', 'write the live broker down as a topology file')
    .argument('[file...]', 'with --into: the other files of the same topology')
    .addOption(repeated('--vhost <name>', 'only this vhost'))
    .option('--match <glob>', 'only objects of this name')
    .option('--manage', 'make the file own what it exports')
    .addOption(format('yaml', 'definitions'))
    .addOption(
      fileToWrite('--into <file>', 'update an existing topology file, keeping its comments'),
    )
    .addOption(fileToWrite('--output <file>', 'write to a file', '- is stdout'))
    .addOption(repeated('--split <glob=file>', 'write what matches to a file of its own'))
    .addOption(fileToWrite('--rest <file>', 'with --split: write what no glob matches'))
    .option('--with-password-hashes', 'write the hashes of passwords, too');
  addConnectionFlags(addFileFlags(command)).action((paths: string[], flags: ExportFlags) =>
    run(async (terminal) => (await import('./export.ts')).exportLive(paths, flags, terminal)),
  );
}

function addCheckUpgrade(program: Command, run: Run): void {
  const command = verb(
    program,
    'check-upgrade',
    'show what another version of RabbitMQ would refuse, ignore or treat differently',
  )
    .argument(files, filesHelp)
    .requiredOption('--to <version>', 'that version, such as 4.3')
    .option('--live', 'check the broker instead of files')
    .addOption(repeated('--vhost <name>', 'with --live: only this vhost'))
    .addOption(format('text', 'json', 'markdown'))
    .option('--detailed-exitcode', 'exit 2 if there are findings');
  addConnectionFlags(addFileFlags(command)).action((paths: string[], flags: CheckUpgradeFlags) =>
    run(async (terminal) =>
      (await import('./check-upgrade.ts')).checkUpgrade(paths, flags, terminal),
    ),
  );
}

function addOutput(program: Command, run: Run): void {
  const command = verb(program, 'output', 'print the declared names and the outputs')
    .argument('[name]', 'one output')
    .addOption(repeated('--file <file>', 'topology file (default: topology.yaml)'))
    .addOption(format('text', 'json'));
  addFileFlags(command).action((name: string | undefined, flags: OutputFlags) =>
    run(async (terminal) => (await import('./output.ts')).output(name, flags, terminal)),
  );
}

function addMove(program: Command, run: Run): void {
  const command = verb(program, 'move', 'move messages from one queue to another, in their order')
    .argument('<source>', 'the queue that has them')
    .argument('<destination>', 'the queue that gets them')
    .option('--vhost <name>', 'the vhost of both', '/')
    .addOption(
      repeated(
        '--match <field=glob>',
        'only those whose routing_key, message_id, headers.NAME … match',
      ),
    )
    .option('--limit <number>', 'at most so many (default: all that wait in the source now)')
    .option('--yes', "don't ask")
    .addOption(format('text', 'json'));
  addConnectionFlags(command).action((source: string, destination: string, flags: MoveFlags) =>
    run(async (terminal) =>
      (await import('./move.ts')).move({ source, destination }, flags, terminal),
    ),
  );
}

function addMigrate(program: Command, run: Run): void {
  const command = verb(
    program,
    'migrate',
    'make the classic queues of topology files quorum queues',
  )
    .argument(files, filesHelp.replace('; - is stdin', ''))
    .requiredOption('--to <type>', 'the type of queues to have: quorum')
    .addOption(repeated('--match <glob>', 'only queues of this name'))
    .option('--offline', "don't ask the broker: go by the files alone")
    .option('--yes', "don't ask before writing")
    .addOption(format('text', 'json'));
  addConnectionFlags(addFileFlags(command)).action((paths: string[], flags: MigrateFlags) =>
    run(async (terminal) => (await import('./migrate.ts')).migrate(paths, flags, terminal)),
  );
}

function addCompletion(program: Command, run: Run): void {
  verb(program, 'completion', 'print a completion script for a shell')
    .addArgument(new Argument('<shell>', 'the shell').choices(['bash', 'zsh', 'fish']))
    .action((shell: Shell) =>
      run(async (terminal) =>
        (await import('./completion.ts')).completion(shell, program, terminal),
      ),
    );
}
