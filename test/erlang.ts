// Calls a test's own node in Erlang: takes milliseconds, while rabbitmqctl takes a second of CPU
// time.
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Sandbox } from '../src/sandbox/sandbox.ts';
import { killSandbox } from '../src/sandbox/stop.ts';
import { readInstallation } from './sandbox/root.ts';

/**
 * Evaluates an expression in the node and returns its value in Erlang's notation. Throws Erlang's
 * error.
 */
export const evaluate = ({ folder, ports }: Sandbox, expression: string): Promise<string> =>
  evaluateAt({ folder, address: `127.0.0.1:${ports.dist}` }, expression);

/** `folder`: of the node's cookie. `address`: with the port of Erlang's distribution. */
export async function evaluateAt(
  { folder, address }: { readonly folder: string; readonly address: string },
  expression: string,
): Promise<string> {
  const installation = await readInstallation();
  if (installation.kind !== 'local') throw new Error('erl_call needs an installed RabbitMQ');
  const cookie = await readFile(join(folder, '.erlang.cookie'), 'utf8');
  const args = ['-c', cookie, '-address', address, '-e'];
  const evaluating = promisify(execFile)(join(dirname(installation.epmd), 'erl_call'), args);
  evaluating.child.stdin?.end(`${expression}.\n`);
  const { stdout } = await evaluating;
  const [, value] = /^\{ok, (.*)\}$/s.exec(stdout) ?? [];
  if (value === undefined) throw new Error(`${expression}: ${stdout}`);
  return value;
}

/**
 * Kills a node with SIGKILL, once its declarations are on the disk: 3.10.8 answers a declaration
 * some moments before it writes its metadata log, so a kill right after now and then loses a queue.
 * RabbitMQ without Mnesia syncs by itself. Ra writes the names of quorum queues twice a second: one
 * that was declared since has no leader after the boot, and hangs.
 */
export async function killNode(node: Sandbox): Promise<void> {
  await evaluate(
    node,
    'case whereis(mnesia_sup) of undefined -> ok; _ -> ok = mnesia:sync_log() end, ' +
      'lists:foreach(fun dets:sync/1, dets:all()), ok',
  );
  await killSandbox(node);
}
