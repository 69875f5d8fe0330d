// Resolves a shard at an http: or https: URI. Without a hash in the job, fetches it once to compute
// one.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TrainingError } from '../../handler.ts';
import { isInternal } from '../../data/shard/allowed-hosts.ts';
import { hashPath } from '../../data/shard/hash.ts';
import { locate } from '../../data/shard/locate.ts';
import { shardDefaults } from '../../data/shard/settings.ts';
import { BadShard } from './shard-problem.ts';
import type { Shard } from '../model/records.ts';
import type { ShardOptions } from './shard-options.ts';

/** Throws BadShard. */
export async function hashRemote(
  uri: string,
  sha256: string | undefined,
  {
    allowedHosts,
    publicHosts,
    signal,
  }: Pick<ShardOptions, 'allowedHosts' | 'publicHosts' | 'signal'>,
): Promise<Shard> {
  // Workers have an allow-list of their own, and check the hash.
  if (sha256 !== undefined) return { uri, sha256 };
  const cache = await mkdtemp(join(tmpdir(), 'topo-harness-'));
  try {
    const settings = { ...shardDefaults, allowedHosts, publicHosts, cache };
    const { path } = await locate({ uri }, settings, signal);
    return { uri, sha256: await hashPath(path, signal) };
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof TrainingError)) throw error;
    throw new BadShard('bad-shard', error.message, hintOf(error));
  } finally {
    await rm(cache, { recursive: true, force: true });
  }
}

/** A job has a list of its own; but what an internal network holds only the operator may open. */
function hintOf({ hint = 'name another shard, or give its sha256' }: TrainingError): string {
  const host = /--allow-host (\S+)$/.exec(hint)?.[1];
  if (host === undefined) return hint;
  return isInternal(host)
    ? `where that is meant: topo-harness train --allow-host ${host}`
    : `add it to the job: allow_hosts: [${JSON.stringify(host)}]`;
}
