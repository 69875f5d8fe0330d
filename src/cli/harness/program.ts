// The grammar of topo-harness's command line. Each verb's module is loaded when it is called.
import { Option, type Command } from 'commander';
import { addConnectionFlags, addFileFlags, fileToWrite, repeated } from '../flags.ts';
import { format, openProgram, verb, type Run } from '../verb.ts';
import type { AbandonFlags } from './abandon.ts';
import type { DropFlags, ListFlags, ReplayFlags } from './dead.ts';
import type { PublishFlags } from './publish-flags.ts';
import type { ResultsFlags } from './results-flags.ts';
import type { StatusFlags } from './status.ts';
import type { TrainFlags } from './train-flags.ts';
import type { WorkFlags } from './work-flags.ts';

export function makeProgram(run: Run): Command {
  const program = openProgram(
    'topo-harness',
    'Publish and work on training tasks over the topology of a YAML file',
  );
  for (const add of [addPublish, addWork, addResults, addTrain, addStatus, addDead, addAbandon])
    add(program, run);
  return program;
}

function addPublish(program: Command, run: Run): void {
  const command = verb(program, 'publish', 'send training tasks, each until it is confirmed')
    .argument('[file]', 'tasks, one as JSON on each line; - is stdin', '-')
    .option('--sweep <file>', 'make the tasks of a sweep over hyperparameters (docs/sweeps.md)')
    .option('--to <worker>', "to this worker: its queue's name")
    .option('--round-robin', 'to all workers of the file in turn')
    .option('--routing-key <key>', 'to whom this routing key leads')
    .option('--window <tasks>', 'the most that wait for their confirm', '256')
    .option(
      '--outbox <dir>',
      'where tasks are kept until they are confirmed',
      '.topo-harness/outbox',
    )
    .option('--resume', 'finish what the outbox holds; reads no tasks')
    .option('--discard', 'drop what the outbox holds; then publish FILE, if one is given')
    .addOption(fileToWrite('--ids <file>', 'write the ids of the tasks, one a line', '- is stdout'))
    .addOption(format('text', 'json'));
  addSourceFlags(command).action((file: string, flags: PublishFlags, { args }: Command) =>
    run(async (terminal) =>
      (await import('./publish.ts')).publish(args.length === 0 ? undefined : file, flags, terminal),
    ),
  );
}

function addWork(program: Command, run: Run): void {
  const command = verb(program, 'work', 'take tasks from a queue, and have them trained')
    .argument('<queue>', "a worker's queue, or the pool")
    .option('--exec <command>', 'one long-lived trainer process (docs/exec-protocol.md)')
    .option('--exec-per-task <command>', 'a process for each task: stdin, stdout, exit code')
    .option('--handler <module>', 'a JavaScript module, in a thread of its own')
    .option('--trainer <name>', 'one that comes with it: perceptron (examples/digits)')
    .option('--concurrency <tasks>', 'how many are trained at once', '1')
    .option('--prefetch <tasks>', 'the most that are taken at once (default: --concurrency)')
    .option('--pool', 'take from the pool, too, while there is room')
    .option('--max-task <duration>', 'how long one may take', '25m')
    .option('--max-start <duration>', 'how long a trainer may take to be ready', '1m')
    .option('--max-attempts <number>', 'a task that failed so often is dead-lettered', '5')
    .option('--name <name>', 'what results and logs call it (default: HOST:PID)')
    .option('--state <dir>', 'where results are kept', '.topo-harness')
    .addOption(repeated('--root <dir>', 'shards are below this folder (default: .)'))
    .addOption(repeated('--allow-host <host>', 'shards may be fetched from this host'))
    .addOption(repeated('--env <name>', 'pass this variable on to the trainer'))
    .option('--heartbeat <duration>', 'how often it tells the events exchange', '1s')
    .option('--metrics <address>', 'serve metrics on [HOST]:PORT, such as :9091')
    .addOption(
      new Option('--log-level <level>', 'how much is logged, as JSON on stderr')
        .choices(['debug', 'info', 'warn', 'error', 'silent'])
        .default('info'),
    );
  addSourceFlags(command).action((queue: string, flags: WorkFlags) =>
    run(async (terminal) => (await import('./work.ts')).work(queue, flags, terminal)),
  );
}

function addResults(program: Command, run: Run): void {
  const command = verb(program, 'results', 'take the results of published tasks into a file')
    .addOption(fileToWrite('--output <file>', 'take them into this file, each task once'))
    .addOption(
      new Option(
        '--format <format>',
        "one result a line, or a table (default: by FILE's ending)",
      ).choices(['jsonl', 'csv']),
    )
    .option('--sort <column>', 'sort the table by a column, such as metrics.loss')
    .option('--descending', 'the largest first')
    .addOption(
      repeated('--from <file>', 'take them out of this file of results, in place of the queue'),
    )
    .option('--follow', 'go on with those that come, until Ctrl-C')
    .option('--keep', 'leave them in the queue, too');
  addSourceFlags(command).action((flags: ResultsFlags) =>
    run(async (terminal) => (await import('./results.ts')).results(flags, terminal)),
  );
}

function addTrain(program: Command, run: Run): void {
  const command = verb(program, 'train', 'coordinate the training of a job over the workers')
    .argument('[job]', 'a job file', 'job.yaml')
    .option('--run <id>', "the run's id (default: the job's name and the time)")
    .option('--resume', 'go on with a run that was interrupted (default: the newest)')
    .option('--from-round <round>', 'with --resume: train this one and all after it again')
    .option('--runs <dir>', 'where runs are kept', 'runs')
    .addOption(repeated('--root <dir>', 'what workers share is below this folder (default: .)'))
    .addOption(repeated('--allow-host <host>', 'shards may be fetched from it, internal or not'))
    .option('--group <name>', 'let workers of this group read the parameters and leave results')
    .addOption(format('text', 'json'));
  addSourceFlags(command).action((file: string, flags: TrainFlags) =>
    run(async (terminal) => (await import('./train.ts')).train(file, flags, terminal)),
  );
}

function addStatus(program: Command, run: Run): void {
  const command = verb(program, 'status', 'show how a training goes, or went; or published tasks')
    .argument('[run]', 'its id (default: the newest run)')
    .option('--runs <dir>', 'where runs are kept', 'runs')
    .option('--tasks', 'of published tasks in place of a run')
    .option('--ids <file>', 'their ids, as publish --ids writes them')
    .addOption(repeated('--results <file>', 'results of theirs that were taken'))
    .option('--watch', 'show it again every second until it ends')
    .addOption(format('text', 'json'));
  addSourceFlags(command).action((id: string | undefined, flags: StatusFlags) =>
    run(async (terminal) => (await import('./status.ts')).status(id, flags, terminal)),
  );
}

function addDead(program: Command, run: Run): void {
  const dead = program.command('dead').description('the tasks that no worker could do');
  const id = (): Option => repeated('--id <id>', 'only this one (default: all)');
  const list = verb(dead, 'list', 'show them; all stay where they are')
    .option('--limit <number>', 'the most that are shown', '10000')
    .addOption(format('text', 'json'));
  addDeadFlags(list).action((flags: ListFlags) =>
    run(async (terminal) => (await import('./dead.ts')).list(flags, terminal)),
  );
  const replay = verb(dead, 'replay', 'send them to where they came from, as first attempts');
  addDeadFlags(replay.addOption(id())).action((flags: ReplayFlags) =>
    run(async (terminal) => (await import('./dead.ts')).replayDead(flags, terminal)),
  );
  const drop = verb(dead, 'drop', 'delete them').option('--yes', "don't ask");
  addDeadFlags(drop.addOption(id())).action((flags: DropFlags) =>
    run(async (terminal) => (await import('./dead.ts')).drop(flags, terminal)),
  );
}

function addAbandon(program: Command, run: Run): void {
  const command = verb(program, 'abandon', 'give a run up, and drop what is its own')
    .argument('<run>', 'its id')
    .option('--runs <dir>', 'where runs are kept', 'runs')
    .option('--yes', "don't ask");
  addDeadFlags(command).action((id: string, flags: AbandonFlags) =>
    run(async (terminal) => (await import('./abandon.ts')).abandon(id, flags, terminal)),
  );
}

function addDeadFlags(command: Command): Command {
  const text = 'where they are kept if the topology has no dead-letter queue';
  return addSourceFlags(command.option('--state <dir>', text, '.topo-harness'));
}

/** The flags for the topology and the broker. */
function addSourceFlags(command: Command): Command {
  command.addOption(repeated('--topology <file>', 'topology file (default: topology.yaml)'));
  return addConnectionFlags(addFileFlags(command));
}
