// Runs RabbitMQ in a container, on machines with Docker but without RabbitMQ.
import { type Ended, runCommand } from './command.ts';
import { SandboxError } from './error.ts';
import { loopback } from './ports.ts';
import { uniqueNameOf, username, type Runner, type Site } from './sandbox.ts';

export const image = 'rabbitmq:4-management';

const docker = (...args: string[]): Promise<Ended> => runCommand('docker', args);

/** Each start creates a new container; the data stays in a volume of the same name. */
export async function launchContainer({
  folder,
  nodeName,
  ports,
  password,
}: Site): Promise<Runner> {
  const container = uniqueNameOf(folder);
  await docker('rm', '--force', container);
  const args = [
    ...['run', '--detach', '--name', container, '--hostname', 'localhost'],
    ...['--env', `RABBITMQ_NODENAME=${nodeName}`, '--env', `RABBITMQ_DEFAULT_USER=${username}`],
    // Docker takes the value from its environment: every user of the machine can see its arguments.
    ...['--env', 'RABBITMQ_DEFAULT_PASS'],
    ...['--volume', `${container}:/var/lib/rabbitmq`],
    ...['--publish', `${loopback}:${ports.amqp}:5672`],
    ...['--publish', `${loopback}:${ports.management}:15672`],
    image,
  ];
  const { ok, output } = await runCommand('docker', args, { RABBITMQ_DEFAULT_PASS: password });
  if (!ok) {
    const hint = 'fix what Docker names, and run it again';
    throw new SandboxError(`docker run failed: ${output}`, { hint });
  }
  return { kind: 'docker', container };
}

export async function isContainerRunning(container: string): Promise<boolean> {
  const { output } = await docker('inspect', '--format', '{{.State.Running}}', container);
  return output === 'true';
}

export const stopContainer = (container: string): Promise<Ended> =>
  docker('stop', '--time', '30', container);

export const killContainer = (container: string): Promise<Ended> => docker('kill', container);

export const readContainerLog = async (container: string): Promise<string> =>
  (await docker('logs', '--tail', '200', container)).output;

export async function deleteContainer(container: string): Promise<void> {
  await docker('rm', '--force', container);
  await docker('volume', 'rm', '--force', container);
}
