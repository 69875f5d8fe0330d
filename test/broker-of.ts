// Describes a broker: its address, and a user with all rights.
import { amqpUrlOf, endpointOf, type Sandbox, username } from '../src/sandbox/sandbox.ts';

export interface Broker {
  readonly endpoint: string;
  readonly amqpUrl: string;
  readonly username: string;
  readonly password: string;
}

export const brokerOf = (sandbox: Sandbox): Broker => ({
  endpoint: endpointOf(sandbox),
  amqpUrl: amqpUrlOf(sandbox),
  username,
  password: sandbox.password,
});

export const authorizationOf = ({ username, password }: Broker): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
