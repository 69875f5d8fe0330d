// Parses the flags of topo-harness train.
import { isAbsolute, relative, resolve } from 'node:path';
import type { Store } from '../../harness/data/stores/store.ts';
import type { Job } from '../../harness/train/job/job.generated.ts';
import { listRuns } from '../../harness/train/run/list-runs.ts';
import { checkRunId, makeRunId } from '../../harness/train/model/run-id.ts';
import { ownerOnly, sharedWith, type Access } from '../../disk/access.ts';
import { findGroup } from '../../disk/group.ts';
import { InvalidInput } from '../../topology/problem.ts';
import type { Roles } from '../../topology/roles.ts';
import { parseCount, wrongFlag } from '../flags.ts';
import type { HarnessFlags } from './read-harness.ts';

export interface TrainFlags extends HarnessFlags {
  readonly run?: string;
  readonly resume?: boolean;
  readonly fromRound?: string;
  readonly runs: string;
  readonly root: readonly string[];
  readonly allowHost: readonly string[];
  readonly group?: string;
  readonly format: 'text' | 'json';
}

/** The run's id; without --run a new one, or the newest of the job that is not finished. */
export async function chooseRun(
  { run, resume, runs }: Pick<TrainFlags, 'run' | 'resume' | 'runs'>,
  { name }: Pick<Job, 'name'>,
): Promise<string> {
  if (run !== undefined) {
    checkRunId(run);
    return run;
  }
  if (resume !== true) return makeRunId(name, new Date());
  const all = (await listRuns(runs)).filter(({ job }) => job === name);
  const newest = all.find(({ state }) => state !== 'finished' && state !== 'abandoned');
  if (newest !== undefined) return newest.run;
  const [last] = all;
  const how = last?.state === 'abandoned' ? 'was given up' : 'is finished';
  const why = last === undefined ? '' : `: the newest, ${last.run}, ${how}`;
  const message = `there is no run of the job ${name} to resume in ${runs}${why}`;
  throw wrongFlag(message, 'leave --resume out to begin one');
}

/** The round to go back to. */
export function parseFromRound({ resume, fromRound }: TrainFlags): number | undefined {
  if (fromRound === undefined) return undefined;
  if (resume === true) return parseCount('--from-round', fromRound);
  throw wrongFlag('--from-round goes with --resume: a new run begins with round 0', '--resume');
}

/**
 * Folders; what workers name lies below one of them, and the runs below the first, unless
 * parameters travel in messages.
 */
export function parseRoots(
  { root, runs }: TrainFlags,
  store: Pick<Store, 'sharesFolder'>,
): [string, ...string[]] {
  const [first = '.', ...others] = root;
  const path = relative(resolve(first), resolve(runs));
  const isBelow = path !== '' && !path.startsWith('..') && !isAbsolute(path);
  if (isBelow || !store.sharesFolder) return [first, ...others];
  throw wrongFlag(
    `the runs' folder ${runs} is not below ${first}, where workers look for parameters`,
    'give --root the folder that coordinator and workers share, and --runs one below it; or write store: { kind: inline }',
  );
}

/**
 * Decides who may read what the workers need. Throws ExpectedError if the caller isn't in the
 * group.
 */
export const parseAccess = async ({ group }: TrainFlags): Promise<Access> =>
  group === undefined ? ownerOnly : sharedWith(await findGroup(group));

/** What a coordinator needs of the topology beside the workers. Throws InvalidInput. */
export function needed({ results, events }: Roles): { results: string; events: string } {
  if (results !== undefined && events !== undefined) return { results, events };
  const missing = [
    ...(results === undefined ? ['results queue'] : []),
    ...(events === undefined ? ['events exchange'] : []),
  ];
  throw new InvalidInput([
    {
      code: 'not-for-training',
      message: `the topology names no ${missing.join(' and no ')} for training`,
      hint: 'write harness: { results: QUEUE, events: EXCHANGE }, as topo init --template training does',
    },
  ]);
}
