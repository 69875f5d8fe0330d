import { ExpectedError } from '../topology/problem.ts';

/** RabbitMQ could not be found, installed, started or stopped. */
export class SandboxError extends ExpectedError {}
