// The shared broker's AMQP, as src/connection would describe it.
import { Secret } from '../../src/topology/secret.ts';
import { broker } from '../broker.ts';

export const { hostname, port } = new URL(broker.amqpUrl);
export const target = {
  hostname,
  port: Number(port),
  username: broker.username,
  password: new Secret(broker.password),
  tls: undefined,
  origin: 'as the test says',
};
