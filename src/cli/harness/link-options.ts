// Says how the harness connects, and reports the state of its connection.
import type { LinkOptions, LinkState } from '../../harness/messaging/link.ts';
import type { Connection } from '../../connection/connection.ts';
import { escape } from '../../report/escape.ts';
import type { Terminal } from '../terminal.ts';

/** Seconds: a connection that is gone without a word is noticed within two of them. */
const heartbeat = 5;
/** Milliseconds that an attempt to connect may take: what is lost on the way is tried again. */
const patience = 10_000;

export function linkOptions(
  { amqp, timeout }: Connection,
  verb: string,
  terminal: Terminal,
): Omit<LinkOptions, 'vhost'> {
  return {
    target: amqp,
    name: `topo-harness ${verb}`,
    heartbeat,
    timeout: Math.min(timeout, patience),
    onState: tellState(terminal),
  };
}

/** Each change, and no attempt in between. */
function tellState(terminal: Terminal): (state: LinkState) => void {
  let isLost = false;
  return (state) => {
    switch (state.kind) {
      case 'connected':
        if (isLost) terminal.complain('connected again');
        isLost = false;
        return;
      case 'lost':
        if (!isLost) terminal.complain(`waiting for the broker: ${escape(state.reason)}`);
        isLost = true;
        return;
      case 'blocked':
        terminal.complain(
          `waiting: the broker takes no messages for now (${escape(state.reason)})`,
        );
        return;
      case 'unblocked':
        terminal.complain('the broker takes messages again');
    }
  };
}
