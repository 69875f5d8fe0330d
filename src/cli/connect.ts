// Opens the broker for one command, and always closes it.
import { claim } from '../disk/neighbours.ts';
import { hasEnded } from '../disk/pid.ts';
import { openBroker, type Broker } from '../management/broker.ts';
import type { MakePassword } from '../management/made-password.ts';
import {
  parseConnection,
  type Connection,
  type ConnectionFlags,
} from '../connection/connection.ts';
import { escape } from '../report/escape.ts';
import { withInterrupts, type Interrupts } from './interrupt.ts';
import type { Terminal } from './terminal.ts';

export interface Session extends Interrupts {
  readonly broker: Broker;
  readonly connection: Connection;
}

export interface BrokerOptions {
  readonly usesAmqp?: boolean;
  readonly parallel?: number;
  readonly makePassword?: MakePassword;
}

export async function withBroker<T>(
  flags: ConnectionFlags,
  terminal: Terminal,
  work: (session: Session) => Promise<T>,
  { usesAmqp = true, parallel, ...options }: BrokerOptions = {},
): Promise<T> {
  const connection = parseConnection(terminal.env, flags);
  const notice = (line: string) => terminal.complain(line);
  for (const doubt of usesAmqp ? connection.doubts : []) notice(`warning: ${escape(doubt)}`);
  return withInterrupts(
    async (interrupts) => {
      const broker = openBroker(connection, {
        ...options,
        signal: interrupts.abort,
        neighbours: { hasEnded, claim },
        ...(parallel !== undefined && { parallel }),
        tell: (line) => {
          terminal.tell(escape(line));
        },
      });
      try {
        return await work({ broker, connection, ...interrupts });
      } finally {
        await broker.close();
      }
    },
    { graceful: false, notice },
  );
}
