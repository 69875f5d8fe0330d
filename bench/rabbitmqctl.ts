// Runs RabbitMQ's own command line against the bench's node.
import { dirname, join } from 'node:path';
import { findRabbitmq } from '../src/sandbox/find.ts';
import { time, type Bench } from './bench.ts';

export async function rabbitmqctl({ sandbox, env }: Bench, ...args: string[]): Promise<number> {
  const installation = await findRabbitmq(process.env);
  if (installation?.kind !== 'local') throw new Error('rabbitmqctl needs an installed RabbitMQ');
  const program = join(dirname(installation.server), 'rabbitmqctl');
  return time([program, '-n', sandbox.nodeName, ...args], {
    ...env,
    HOME: sandbox.folder,
    LANG: 'C.UTF-8',
    ERL_EPMD_PORT: String(sandbox.ports.epmd),
  });
}
