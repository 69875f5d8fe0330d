// topo-harness train: coordinates the training of a job, from its start or from where it stopped.
import { dirname } from 'node:path';
import { ParameterThreads } from '../../harness/train/parameters/threads.ts';
import { stores } from '../../harness/data/stores/stores.ts';
import { parseAllowedHosts } from '../../harness/data/shard/allowed-hosts.ts';
import { conduct, type Conducted } from '../../harness/train/shell/conduct.ts';
import { courseOf, optimizerOf } from '../../harness/train/job/course.ts';
import {
  takeFirstParameters,
  type FirstOptions,
} from '../../harness/train/parameters/first-parameters.ts';
import { DiskError } from '../../disk/disk-error.ts';
import type { Job } from '../../harness/train/job/job.generated.ts';
import { isRunOver } from '../../harness/train/run/list-runs.ts';
import {
  withRunFolder,
  type RunFolder,
  type RunRequest,
} from '../../harness/train/run/run-folder.ts';
import { resolveEvaluation, resolveShards } from '../../harness/train/job/shards.ts';
import { checkUser, coordinatorOf } from '../../harness/messaging/users.ts';
import { checkBroker, neededBy } from '../../harness/messaging/check-broker.ts';
import { escape } from '../../report/escape.ts';
import { InvalidInput } from '../../topology/problem.ts';
import { quote } from '../../topology/quote.ts';
import { checkKeys } from '../../topology/roles.ts';
import type { ReadDocument } from '../../file/read-document.ts';
import { withInterrupts } from '../interrupt.ts';
import type { Terminal } from '../terminal.ts';
import { exitOfTold } from '../told.ts';
import { parseDuration } from './duration.ts';
import { namingHolder } from './holder.ts';
import { linkOptions } from './link-options.ts';
import { readHarness } from './read-harness.ts';
import { readJob } from './read-job.ts';
import { startDisplay } from './train-display.ts';
import {
  chooseRun,
  needed,
  parseAccess,
  parseFromRound,
  parseRoots,
  type TrainFlags,
} from './train-flags.ts';
import { exitOf, renderConducted, tellConducted } from './trained.ts';
import { writeReport } from './write-report.ts';

export async function train(file: string, flags: TrainFlags, terminal: Terminal): Promise<number> {
  const { value: job, ...places } = await readJob(file);
  const store = stores[job.store.kind];
  const roots = parseRoots(flags, store);
  parseAllowedHosts(flags.allowHost);
  const from_round = parseFromRound(flags);
  const access = await parseAccess(flags);
  const { connection, roles } = await readHarness(flags, terminal);
  const { results, events } = needed(roles);
  checkKeys(roles);
  checkUser(connection.amqp.username, coordinatorOf(roles), 'tasks');
  const queues = [...roles.workers.keys(), ...(roles.pool ? [roles.pool.queue.name] : [])];
  const run = await chooseRun(flags, job);
  const link = linkOptions(connection, 'train', terminal);
  await checkBroker(connection.amqp, { ...link, vhost: roles.vhost }, neededBy(roles, queues));
  const base = dirname(file);
  const finding = (signal: AbortSignal) => ({
    base,
    root: roots[0],
    places,
    signal,
    allowedHosts: flags.allowHost,
    publicHosts: job.allow_hosts,
  });
  const { model } = job;
  let complain = (line: string): void => terminal.complain(line);
  const threads = new ParameterThreads();
  const { conducted, report, code } = await withInterrupts(
    ({ stop, abort }) =>
      withRunFolder(
        {
          runs: flags.runs,
          run,
          job,
          access,
          resume: flags.resume === true,
          resolve: async () => ({
            shards: await resolveShards(job, finding(abort)),
            evaluation: await resolveEvaluation(job, finding(abort)),
          }),
          initial: initialOf(job, { base, roots }, places),
          work: threads,
        },
        async (folder) => {
          terminal.tell(`run ${run} in ${escape(folder.path)}`);
          const evaluation = folder.evaluation ?? (await resolveEvaluation(job, finding(abort)));
          const go = () => show({ ...folder, evaluation }, stop);
          return namingHolder(connection, roles.vhost, go);
        },
      ),
    { graceful: true, notice: (line) => complain(line) },
  ).finally(() => threads.close());
  terminal.print(renderConducted(conducted, report, flags.format));
  tellConducted(conducted, file, terminal);
  return exitOfTold(code, terminal);

  async function show(folder: RunFolder, stop: AbortSignal): Promise<Shown> {
    const { shards, evaluation, salt } = folder;
    const heartbeat = parseDuration('heartbeat', job.heartbeat);
    const display = startDisplay(terminal);
    // Above what is drawn.
    complain = (line) => display.complain(line);
    const warn = (message: string): void => complain(escape(message));
    try {
      const conducted = await conduct(
        {
          job,
          folder,
          from_round,
          roles,
          results,
          events,
          roots,
          target: connection.amqp,
          timeout: connection.timeout,
          optimizer: optimizerOf(job),
          course: courseOf(job, { run, shards: shards.length, heartbeat }),
          tasks: {
            run,
            shards,
            evaluation,
            seed: job.seed,
            local_steps: job.local_steps,
            hyperparameters: model.hyperparameters,
            store,
            salt,
          },
          isOver: (other) => isRunOver(flags.runs, other),
          onStatus: (status) => display.show(status),
          onTimeline: (entry) => display.tell(entry),
          onWarning: warn,
        },
        stop,
      );
      const report = await writeReport(folder.path, conducted.records, warn);
      return { conducted, report, code: exitOf(conducted, stop) };
    } finally {
      complain = (line) => terminal.complain(line);
      display.end();
    }
  }
}

interface Shown {
  readonly conducted: Conducted;
  readonly code: number;
  readonly report: string | undefined;
}

/** Takes the parameters that the job names. Throws InvalidInput. */
function initialOf(
  { model }: Job,
  options: FirstOptions,
  { at, sources }: Pick<ReadDocument<Job>, 'at' | 'sources'>,
): RunRequest['initial'] {
  const { parameters } = model;
  if (parameters === undefined) return undefined;
  return async (store) => {
    try {
      return await takeFirstParameters(parameters, store, options);
    } catch (error) {
      if (error instanceof DiskError) throw error;
      const why = error instanceof Error ? error.message : String(error);
      const message = `the first parameters ${quote(parameters)} can't be used: ${why}`;
      const hint =
        'name a safetensors file below --root DIR, or leave it out: a trainer makes them from the seed';
      const where = at(['model', 'parameters']);
      throw new InvalidInput([{ code: 'unusable-parameters', message, hint, at: where }], sources);
    }
  };
}
