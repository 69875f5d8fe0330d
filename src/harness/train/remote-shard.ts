// A shard that is fetched over http: or https:. Where the job does not say what it hashes to, it is fetched once to know.
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TrainingError } from '../handler.ts';
import { hashStream } from '../shard/hash.ts';
import { locate } from '../shard/locate.ts';
import { shardDefaults } from '../shard/settings.ts';
import { BadShard } from './shard-problem.ts';
import type { Shard, ShardOptions } from './shard.ts';

/** Throws BadShard. */
export async function hashRemote(
  uri: string,
  sha256: string | undefined,
  { allowedHosts, signal }: Pick<ShardOptions, 'allowedHosts' | 'signal'>,
): Promise<Shard> {
  // Workers have an allow-list of their own, and check the hash.
  if (sha256 !== undefined) return { uri, sha256 };
  const cache = await mkdtemp(join(tmpdir(), 'topo-harness-'));
  try {
    const settings = { ...shardDefaults, allowedHosts, cache };
    const { path } = await locate({ uri }, settings, signal);
    return { uri, sha256: await hashStream(createReadStream(path), signal) };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof TrainingError)) throw error;
    throw new BadShard('bad-shard', error.message, hintOf(error));
  } finally {
    await rm(cache, { recursive: true, force: true });
  }
}

/** A worker is told to take a flag; a job has a list. */
function hintOf({ hint = 'name another shard, or give its sha256' }: TrainingError): string {
  const host = /--allow-host (\S+)$/.exec(hint)?.[1];
  return host === undefined ? hint : `add it to the job: allow_hosts: [${JSON.stringify(host)}]`;
}
