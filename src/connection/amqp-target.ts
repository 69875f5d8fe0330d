// Where to speak AMQP, and as which user.
import { isIP } from 'node:net';
import type { Password } from './credentials.ts';
import type { TlsMaterial } from './tls.ts';

export interface AmqpTarget {
  readonly hostname: string;
  readonly port: number;
  readonly username: string;
  readonly password: Password;
  readonly tls: TlsMaterial | undefined;
  /** Where the address came from, for people, such as: as AMQP_URL says. */
  readonly origin: string;
  /** Throws if this is not the broker that the files expect. */
  readonly assertExpected?: (broker: BrokerIdentity) => void;
}

/** What a broker says of itself when a connection opens. */
export interface BrokerIdentity {
  readonly cluster_name: string;
  readonly version: string;
}

/** For errors: names the broker, and says why topo looked there. */
export const brokerAt = (target: AmqpTarget): string =>
  `the broker at ${authorityOf(target)} (${target.origin})`;

export function authorityOf({ hostname, port }: { hostname: string; port: number }): string {
  return `${isIP(hostname) === 6 ? `[${hostname}]` : hostname}:${port}`;
}
