// Resolves the shards of a job, once: paths, globs and URIs.
import { quote } from '../../../topology/quote.ts';
import type { Job, Shard as ShardEntry } from './job.generated.ts';
import { hashLocal } from './local-shard.ts';
import { hashRemote } from './remote-shard.ts';
import { findMatches } from './shard-glob.ts';
import type { Shard } from '../model/records.ts';
import type { ShardOptions } from './shard-options.ts';
import { BadShard, ShardProblems } from './shard-problem.ts';

/**
 * In the order of the job, a glob's files by name. Reads every file once, and what has no hash from
 * the network. Throws InvalidInput with all problems.
 */
export async function resolveShards(
  { shards }: Pick<Job, 'shards'>,
  options: ShardOptions,
): Promise<Shard[]> {
  const problems = new ShardProblems(options.places);
  const found = new Map<string, { readonly shard: Shard; readonly index: number }>();
  for (const [index, entry] of shards.entries()) {
    await problems.gather(['shards', index], async () => {
      for (const shard of await resolveEntry(entry, options)) {
        const double = found.get(shard.uri);
        if (double !== undefined) throw twice(shard, double.index, index);
        found.set(shard.uri, { shard, index });
      }
    });
  }
  problems.throwAll();
  return [...found.values()].map(({ shard }) => shard);
}

/** Undefined if the job has none. Throws InvalidInput. */
export async function resolveEvaluation(
  { evaluation }: Pick<Job, 'evaluation'>,
  options: ShardOptions,
): Promise<Shard | undefined> {
  if (evaluation === undefined) return undefined;
  const problems = new ShardProblems(options.places);
  const found = await problems.gather(['evaluation', 'shard'], async () => {
    const [shard, ...others] = await resolveEntry(evaluation.shard, options);
    if (others.length > 0) throw several(others.length + 1);
    return shard;
  });
  problems.throwAll();
  return found;
}

async function resolveEntry(entry: ShardEntry, options: ShardOptions): Promise<Shard[]> {
  const { uri, sha256 } = typeof entry === 'string' ? { uri: entry } : entry;
  if (/^https?:/i.test(uri)) return [await hashRemote(uri, sha256, options)];
  const paths = typeof entry === 'string' ? await findMatches(uri, options) : [uri];
  const shards: Shard[] = [];
  for (const path of paths) shards.push(await hashLocal(path, sha256, options));
  return shards;
}

const twice = ({ uri }: Shard, first: number, index: number): BadShard =>
  new BadShard(
    'shard-twice',
    first === index
      ? `${quote(uri)} is found twice by this entry`
      : `${quote(uri)} is a shard already, by shards[${first}]`,
    'name each shard once: a round would train on it twice',
  );

const several = (count: number): BadShard =>
  new BadShard(
    'several-shards',
    `the evaluation has one shard, and ${count} files match`,
    'name one file',
  );
