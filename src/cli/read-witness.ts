// Asks the broker what concerns a migration, if it can be reached.
import { BrokerError } from '../management/broker-error.ts';
import { assertExpected } from '../reconcile/expected.ts';
import type { Witness } from '../reconcile/migrate.ts';
import type { ConnectionFlags } from '../connection/connection.ts';
import type { Desired } from '../topology/desired.ts';
import { escape } from '../report/escape.ts';
import { withBroker } from './connect.ts';
import { connectionOf } from './environment-endpoint.ts';
import { aboutReading, withNotice } from './notice.ts';
import type { Terminal } from './terminal.ts';

export interface Asked {
  readonly witness: Witness;
  readonly endpoint: string;
}

/** Undefined if no broker answers. */
export async function readWitness(
  desired: Desired,
  flags: ConnectionFlags,
  terminal: Terminal,
): Promise<Asked | undefined> {
  try {
    return await withBroker(
      connectionOf(flags, desired),
      terminal,
      async ({ broker, connection }) => {
        const vhosts = new Set(desired.vhosts.keys());
        const reading = () => Promise.all([broker.readLive(vhosts), broker.readUses()]);
        const [live, uses] = await withNotice(terminal, aboutReading(connection), reading);
        assertExpected(desired, live);
        return { witness: { live, ...uses }, endpoint: connection.endpoint };
      },
      { usesAmqp: false },
    );
  } catch (error) {
    if (!(error instanceof BrokerError) || error.status !== undefined) throw error;
    terminal.complain(`warning: ${escape(error.message)}: topo goes by the files alone`);
    return undefined;
  }
}
