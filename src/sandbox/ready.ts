// Checks whether a sandbox answers, and accepts its password.
import { setTimeout as sleep } from 'node:timers/promises';
import { SandboxError } from './error.ts';
import { passwordFileOf } from './password.ts';
import { isListening } from './ports.ts';
import { endpointOf, type Sandbox, username } from './sandbox.ts';

/** Milliseconds. */
const listingMs = 10_000;

/**
 * Asks without the password: another program may have taken the port meanwhile. RabbitMQ has loaded
 * its users once it answers 401.
 */
export async function isReady(sandbox: Sandbox): Promise<boolean> {
  return (await ask(sandbox, 'whoami', {})) === 401 && (await isListening(sandbox.ports.amqp));
}

/**
 * Call once it is ready. Waits until the node can list nodes: 4.3 answers 500 for some 0.3 s of its
 * start. Throws SandboxError.
 */
export async function assertLogin(sandbox: Sandbox): Promise<void> {
  const { folder, name, password } = sandbox;
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  let status = await ask(sandbox, 'overview', { authorization });
  for (const end = Date.now() + listingMs; status === 500 && Date.now() < end;) {
    await sleep(50);
    status = await ask(sandbox, 'overview', { authorization });
  }
  if (status !== 401) return;
  const file = passwordFileOf(folder);
  throw new SandboxError(`sandbox ${name} runs, but not with the password in ${file}`, {
    hint: `put that file back from a copy, or begin again: topo sandbox stop --delete --name ${name}`,
  });
}

/** The status; undefined if nothing answers. */
async function ask(
  sandbox: Sandbox,
  what: 'overview' | 'whoami',
  headers: Record<string, string>,
): Promise<number | undefined> {
  const url = `${endpointOf(sandbox)}/api/${what}`;
  const answer = await fetch(url, { headers, redirect: 'manual' }).catch(() => undefined);
  await answer?.body?.cancel();
  return answer?.status;
}
