// Users of a test's own on the shared broker, and a folder with what declares them.
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished } from 'vitest';
import { api, broker, env } from '../broker.ts';
import { authorizationOf } from '../broker-of.ts';
import type { Ended } from './call.ts';
import { callTopo } from './topo.ts';

interface LiveUser {
  readonly password_hash: string;
  readonly hashing_algorithm: string;
  readonly tags: readonly string[];
  readonly limits: object;
}

/** Flags for the folder of passwords, which lies in the folder of the test. */
export const secrets = ['--secrets-dir', 'secrets'];

export const inSync = { code: 0, out: expect.stringContaining('nothing to do') as string };

/** Lays a new folder for each test of the file; afterwards, its users go. */
export function layUsers() {
  let [folder, prefix] = ['', ''];
  beforeEach(async () => {
    prefix = `users-${randomUUID().slice(0, 8)}`;
    folder = await mkdtemp(join(tmpdir(), 'topo-users-'));
    await mkdir(join(folder, 'secrets'), { mode: 0o700 });
    onTestFinished(async () => {
      await rm(folder, { recursive: true });
      const users = (await api('GET', 'users')) as { name: string }[];
      for (const { name } of users.filter((user) => user.name.startsWith(prefix)))
        await api('DELETE', `users/${name}`);
    });
  });

  /** A name of this test's own: the broker is not ours alone. */
  const own = (suffix: string): string => `${prefix}${suffix}`;
  const ci = (): string => own('-ci');
  const inFolder = (...path: string[]): string => join(folder, ...path);
  const writeTopology = (topology: object): Promise<void> =>
    writeFile(inFolder('topology.yaml'), JSON.stringify(topology));
  const declare = (entry: object, more: object = {}): Promise<void> =>
    writeTopology({ users: [{ name: ci(), ...entry }], ...more });
  const topo = (args: readonly string[], more: Record<string, string> = {}): Promise<Ended> =>
    callTopo(args, folder, { ...env, ...more });
  const liveUser = async (name = ci()): Promise<LiveUser> =>
    (await api('GET', `users/${name}`)) as LiveUser;

  async function mayLogIn(password: string, username = ci()): Promise<boolean> {
    const authorization = authorizationOf({ ...broker, username, password });
    const answer = await fetch(`${broker.endpoint}/api/whoami`, { headers: { authorization } });
    return answer.ok;
  }
  return { own, ci, inFolder, writeTopology, declare, topo, liveUser, mayLogIn };
}
