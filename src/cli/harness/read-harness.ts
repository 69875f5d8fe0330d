// Reads what every verb of topo-harness needs: the topology, its roles, and the broker.
import {
  parseConnection,
  type Connection,
  type ConnectionFlags,
} from '../../connection/connection.ts';
import type { BrokerIdentity } from '../../connection/amqp-target.ts';
import { assertExpectedBroker, assertExpectedVhosts } from '../../reconcile/expected.ts';
import type { Desired } from '../../topology/desired.ts';
import { InvalidInput } from '../../topology/problem.ts';
import { quote } from '../../topology/quote.ts';
import { readRoles, type Roles } from '../../topology/roles.ts';
import { connectionOf } from '../environment-endpoint.ts';
import type { FileFlags } from '../flags.ts';
import { readFiles } from '../read-files.ts';
import type { Terminal } from '../terminal.ts';

export interface HarnessFlags extends ConnectionFlags, FileFlags {
  readonly topology: readonly string[];
}

export interface Harness {
  readonly connection: Connection;
  readonly desired: Desired;
  readonly roles: Roles;
}

/** Throws InvalidInput; WrongEnvironment if the files are for other vhosts. */
export async function readHarness(flags: HarnessFlags, terminal: Terminal): Promise<Harness> {
  const desired = await readFiles(flags.topology, flags, terminal);
  assertExpectedVhosts(desired);
  const connection = parseConnection(terminal.env, connectionOf(flags, desired));
  const roles = readRoles(desired);
  checkVhost(connection, roles);
  const assertExpected = (broker: BrokerIdentity) => assertExpectedBroker(desired, broker);
  return {
    connection: { ...connection, amqp: { ...connection.amqp, assertExpected } },
    desired,
    roles,
  };
}

/**
 * The vhost is the topology's; a URL that names another means another broker, or another topology.
 */
function checkVhost({ amqpVhost }: Connection, { vhost }: Roles): void {
  if (amqpVhost === undefined || amqpVhost === vhost) return;
  throw new InvalidInput([
    {
      code: 'other-vhost',
      message: `AMQP_URL names the vhost ${quote(amqpVhost)}, and the topology is in the vhost ${quote(vhost)}`,
      hint: 'leave the vhost out of AMQP_URL, or write vhost: at the head of the topology',
    },
  ]);
}
