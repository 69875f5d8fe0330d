// Starts the one broker that all tests share, unless TOPO_TEST_ENDPOINT and TOPO_TEST_AMQP_URL name one.
import type { TestProject } from 'vitest/node';
import { amqpUrlOf, credentials, endpointOf } from '../src/sandbox/sandbox.ts';
import { startSandbox } from '../src/sandbox/start.ts';
import { deleteSandbox } from '../src/sandbox/stop.ts';
import { readInstallation, sandboxRoot } from './sandbox/root.ts';

export interface Broker {
  readonly endpoint: string;
  readonly amqpUrl: string;
  readonly username: string;
  readonly password: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    broker: Broker;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const endpoint = process.env['TOPO_TEST_ENDPOINT'];
  const amqpUrl = process.env['TOPO_TEST_AMQP_URL'];
  if (endpoint !== undefined && amqpUrl !== undefined) {
    project.provide('broker', { endpoint, amqpUrl, ...credentials });
    return () => Promise.resolve();
  }
  const installation = await readInstallation();
  const sandbox = await startSandbox({ root: await sandboxRoot(), name: 'test', installation });
  project.provide('broker', {
    endpoint: endpointOf(sandbox),
    amqpUrl: amqpUrlOf(sandbox),
    ...credentials,
  });
  return () => deleteSandbox(sandbox);
}
