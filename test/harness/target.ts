// Where AMQP is spoken, out of a URL.
import type { AmqpTarget } from '../../src/connection/amqp-target.ts';
import { Secret } from '../../src/topology/secret.ts';

export function targetOf(amqpUrl: string): AmqpTarget {
  const { hostname, port, username, password } = new URL(amqpUrl);
  return {
    ...{ hostname, port: Number(port), username, password: new Secret(password), tls: undefined },
    origin: 'as the test says',
  };
}
