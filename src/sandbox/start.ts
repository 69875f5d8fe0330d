// Starts a sandbox, or finds it running.
import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { hasOwnFolder } from '../disk/own-place.ts';
import { hasTopoFolder } from '../disk/topo-folder.ts';
import { launchContainer } from './docker.ts';
import { SandboxError } from './error.ts';
import type { Installation } from './find.ts';
import { withSandboxLock } from './lock.ts';
import { readBootFailure } from './log.ts';
import { launchNode } from './node.ts';
import { makePassword } from './password.ts';
import { readFreePorts } from './ports.ts';
import { assertLogin, isReady } from './ready.ts';
import { readSandbox, writeSandbox } from './record.ts';
import { end, isAlive, whereLogIs } from './runner.ts';
import { folderOf, nodeNameOf, type Sandbox, type Site } from './sandbox.ts';

export interface StartOptions {
  /** The folder of all sandboxes, such as `.topo`. */
  readonly root: string;
  readonly name: string;
  readonly installation: Installation;
  readonly progress?: (line: string) => void;
  /** Ends a start that is under way. */
  readonly signal?: AbortSignal;
}

const bootMs = 90_000;
const attempts = 3;

/** Keeps the data and, if they are free, the ports of an earlier start of this name. */
export async function startSandbox(options: StartOptions): Promise<Sandbox> {
  const { root, name, progress = () => undefined } = options;
  const folder = folderOf(root, name);
  await makeFolder(folder);
  return withSandboxLock(folder, async () => {
    const sandbox = await findOrBoot(folder, options, progress);
    await assertLogin(sandbox);
    return sandbox;
  });
}

async function findOrBoot(
  folder: string,
  options: StartOptions,
  progress: (line: string) => void,
): Promise<Sandbox> {
  const earlier = await readSandbox(folder);
  // Alive is not yet up: the command that started it may have been killed before.
  if (earlier !== undefined && (await isUp(earlier, options.signal))) {
    progress(`sandbox ${options.name} is running already`);
    return earlier;
  }
  if (earlier !== undefined) await endLeftovers(earlier, progress);
  progress(`starting RabbitMQ as sandbox ${options.name}`);
  return boot(folder, options, earlier);
}

async function makeFolder(folder: string): Promise<void> {
  // Check before creating anything in it: a link's target doesn't belong to topo.
  await hasTopoFolder(dirname(folder));
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await access(folder, constants.W_OK);
  } catch (cause) {
    const { code } = cause as { code: string };
    const hint = 'start it from a folder of your own';
    throw new SandboxError(`${folder} can't be created or written to: ${code}`, { hint, cause });
  }
  await hasOwnFolder(folder);
}

/** A killed node leaves its port mapper behind, and a killed port mapper leaves the node. */
async function endLeftovers(earlier: Sandbox, progress: (line: string) => void): Promise<void> {
  if (earlier.desired === 'running') {
    progress(`sandbox ${earlier.name} ended without being stopped; its data is kept`);
  }
  await end(earlier.runner, 'SIGKILL');
}

/** Another program may take a free port before the node listens on it: then try others. */
async function boot(folder: string, options: StartOptions, earlier?: Sandbox): Promise<Sandbox> {
  const nodeName = earlier?.nodeName ?? nodeNameOf(folder);
  const password = earlier?.password ?? (await makePassword(folder));
  for (let attempt = 1; ; attempt++) {
    const ports = await readFreePorts(attempt === 1 ? earlier?.ports : undefined);
    const sandbox = await launch({ folder, nodeName, ports, password }, options);
    if (await isUp(sandbox, options.signal)) return sandbox;
    const failure = await readBootFailure(sandbox);
    await end(sandbox.runner, 'SIGKILL');
    if (attempt === attempts || !failure.portTaken) throw bootFailed(sandbox, failure.reason);
  }
}

async function launch(site: Site, { name, installation }: StartOptions): Promise<Sandbox> {
  const runner =
    installation.kind === 'docker'
      ? await launchContainer(site)
      : await launchNode(installation, site);
  const sandbox: Sandbox = { name, ...site, runner, desired: 'running' };
  await writeSandbox(sandbox);
  return sandbox;
}

/** Waits until the broker answers or has ended; ends it on an abort. */
async function isUp(sandbox: Sandbox, signal?: AbortSignal): Promise<boolean> {
  const deadline = Date.now() + bootMs;
  try {
    while (await isAlive(sandbox.runner)) {
      if (await isReady(sandbox)) return true;
      if (Date.now() > deadline) return false;
      await sleep(50, undefined, { signal });
    }
    return false;
  } catch (error) {
    await end(sandbox.runner, 'SIGKILL');
    throw error;
  }
}

const bootFailed = (sandbox: Sandbox, reason: string): SandboxError =>
  new SandboxError(`RabbitMQ did not start as sandbox ${sandbox.name}: ${reason}`, {
    hint: `its whole log is ${whereLogIs(sandbox)}`,
  });
