import { ExpectedError } from '../topology/problem.ts';

/** RabbitMQ could not be found, installed, started or stopped. */
export class SandboxError extends ExpectedError {}

/** `cause`: what spawn emitted or threw, which has a code. */
export const cannotRun = (program: string, cause: unknown): SandboxError =>
  new SandboxError(`${program} can't be run: ${(cause as { code: string }).code}`, {
    hint: 'name an existing, executable program',
    cause,
  });

export const notWrittenByTopo = (file: string, folder: string): SandboxError =>
  new SandboxError(`${file} is not what topo wrote there`, {
    hint: `end the RabbitMQ that runs from ${folder}, if any, and delete the folder`,
  });
