// RabbitMQ's own command line, at a node of a test's own.
import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { findRabbitmq } from '../src/sandbox/find.ts';
import type { Sandbox } from '../src/sandbox/sandbox.ts';

export async function rabbitmqctl(node: Sandbox, ...args: string[]): Promise<void> {
  const installation = await findRabbitmq(process.env);
  if (installation?.kind !== 'local') throw new Error('rabbitmqctl needs an installed RabbitMQ');
  const program = join(dirname(installation.server), 'rabbitmqctl');
  await promisify(execFile)(program, ['-n', node.nodeName, ...args], {
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: node.folder,
      LANG: 'C.UTF-8',
      ERL_EPMD_PORT: String(node.ports.epmd),
    },
  });
}
