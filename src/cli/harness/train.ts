// topo-harness train: coordinates the training of a job, to its end or from where it stood.
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parseTensors } from '../../harness/tensors/parse.ts';
import { conduct, type Conducted } from '../../harness/train/conduct.ts';
import { courseOf, optimizerOf } from '../../harness/train/course.ts';
import type { Job } from '../../harness/train/job.generated.ts';
import { isRunOver } from '../../harness/train/list-runs.ts';
import { withRunFolder, type RunFolder } from '../../harness/train/run-folder.ts';
import { resolveEvaluation, resolveShards } from '../../harness/train/shards.ts';
import { checkBroker, neededBy } from '../../harness/work/check-broker.ts';
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
import { chooseRun, needed, parseFromRound, parseRoots, type TrainFlags } from './train-flags.ts';
import { exitOf, renderConducted, tellConducted } from './trained.ts';

export async function train(file: string, flags: TrainFlags, terminal: Terminal): Promise<number> {
  const { value: job, ...places } = await readJob(file);
  const roots = parseRoots(flags, job);
  const from_round = parseFromRound(flags);
  const { connection, roles } = await readHarness(flags, terminal);
  const { results, events } = needed(roles);
  checkKeys(roles);
  const queues = [...roles.workers.keys(), ...(roles.pool ? [roles.pool.queue.name] : [])];
  const run = await chooseRun(flags, job);
  const link = linkOptions(connection, 'train', terminal);
  await checkBroker(connection.amqp, { ...link, vhost: roles.vhost }, neededBy(roles, queues));
  const base = dirname(file);
  const finding = (signal: AbortSignal) => ({
    ...{ base, root: roots[0], allowedHosts: job.allow_hosts, places, signal },
  });
  const { model } = job;
  let complain = (line: string): void => terminal.complain(line);
  const conducted = await withInterrupts(
    ({ stop, abort }) =>
      withRunFolder(
        {
          ...{ runs: flags.runs, run, job, resume: flags.resume === true },
          resolve: async () => ({
            shards: await resolveShards(job, finding(abort)),
            evaluation: await resolveEvaluation(job, finding(abort)),
          }),
          initial: initialOf(job, base, places),
        },
        async (folder) => {
          terminal.tell(`run ${run} in ${escape(folder.path)}`);
          const evaluation = folder.evaluation ?? (await resolveEvaluation(job, finding(abort)));
          const go = () => show({ ...folder, evaluation }, stop);
          return namingHolder(connection, roles.vhost, go);
        },
      ),
    { graceful: true, notice: (line) => complain(line) },
  );
  terminal.print(renderConducted(conducted, flags.format));
  tellConducted(conducted, file, terminal);
  return exitOfTold(exitOf(conducted), terminal);

  async function show(folder: RunFolder, stop: AbortSignal): Promise<Conducted> {
    const { shards, evaluation } = folder;
    const heartbeat = parseDuration('heartbeat', job.heartbeat);
    const display = startDisplay(terminal);
    // Above what is drawn.
    complain = (line) => display.complain(line);
    try {
      return await conduct(
        {
          ...{ job, folder, from_round, roles, results, events, roots, target: connection.amqp },
          ...{ timeout: connection.timeout, optimizer: optimizerOf(job) },
          course: courseOf(job, { run, shards: shards.length, heartbeat }),
          tasks: {
            ...{ run, shards, evaluation, seed: job.seed, local_steps: job.local_steps },
            ...{ hyperparameters: model.hyperparameters, store: job.store.kind },
          },
          isOver: (other) => isRunOver(flags.runs, other),
          onStatus: (status) => display.show(status),
          onTimeline: (entry) => display.tell(entry),
          onWarning: (message) => complain(escape(message)),
        },
        stop,
      );
    } finally {
      complain = (line) => terminal.complain(line);
      display.end();
    }
  }
}

/** Reads the parameters that the job names. Throws InvalidInput. */
function initialOf(
  { model }: Job,
  base: string,
  { at, sources }: Pick<ReadDocument<Job>, 'at' | 'sources'>,
): (() => Promise<Buffer>) | undefined {
  const { parameters } = model;
  if (parameters === undefined) return undefined;
  return async () => {
    const bytes = await readFile(resolve(base, parameters)).catch(
      (error: unknown) => error as Error,
    );
    const why = bytes instanceof Error ? bytes.message : whyNoModel(bytes);
    if (Buffer.isBuffer(bytes) && why === undefined) return bytes;
    const message = `the first parameters ${quote(parameters)} can't be used: ${why ?? ''}`;
    const hint = 'name a safetensors file, or leave it out: a trainer makes them from the seed';
    const problem = { code: 'unusable-parameters', message, hint, at: at(['model', 'parameters']) };
    throw new InvalidInput([problem], sources);
  };
}

function whyNoModel(bytes: Buffer): string | undefined {
  try {
    parseTensors(bytes);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
