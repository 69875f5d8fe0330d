// A real proxy in front of the broker's AMQP port: counts the methods that a client sends on its
// channels, and cuts the connection at one.
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { broker } from '../broker.ts';

/**
 * `before`: the broker never gets the method. `after`: it may answer, but the client never hears.
 */
export type AmqpFault = 'a cut before' | 'a cut after';
export const amqpFaults: readonly AmqpFault[] = ['a cut before', 'a cut after'];

export interface AmqpGateway {
  readonly port: number;
  /** Methods forwarded on all connections. */
  readonly methods: number;
  close(): Promise<void>;
}

const header = 7;
const methodFrame = 1;
/** Milliseconds. */
const answerTime = 50;

export interface AmqpFailing {
  /** `method` looks like 50.40; `nth` counts from 0 over all connections. */
  readonly faultAt: (nth: number, method: string) => AmqpFault | undefined;
  /** Called before the cut. */
  readonly onCut?: () => Promise<void>;
}

export async function openAmqpGateway({
  faultAt,
  onCut = () => Promise.resolve(),
}: AmqpFailing): Promise<AmqpGateway> {
  const { hostname, port } = new URL(broker.amqpUrl);
  const sockets = new Set<Socket>();
  let methods = 0;

  const accept = (client: Socket): void => {
    const server = connect({ host: hostname, port: Number(port) });
    let rest = Buffer.alloc(0);
    let isGreeted = false;
    let isOver = false;
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
    const cut = (): void => {
      client.destroy();
      server.destroy();
    };
    const fail = async (fault: AmqpFault, frame: Buffer): Promise<void> => {
      isOver = true;
      if (fault === 'a cut after') {
        server.write(frame);
        await sleep(answerTime);
      }
      await onCut();
      cut();
    };
    server.on('data', (data) => {
      if (!isOver) client.write(data);
    });
    client.on('data', (data) => {
      rest = Buffer.concat([rest, data]);
      while (!isOver) {
        // The protocol header comes first.
        const length = isGreeted ? lengthOf(rest) : 8;
        if (length === undefined || rest.length < length) return;
        const frame = rest.subarray(0, length);
        rest = rest.subarray(length);
        const isCounted = isGreeted && frame[0] === methodFrame && frame.readUInt16BE(1) > 0;
        isGreeted = true;
        const fault = isCounted ? faultAt(methods++, nameOf(frame)) : undefined;
        if (fault === undefined) server.write(frame);
        else void fail(fault, frame);
      }
    });
  };

  const listener = createServer(accept).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return {
    port: (listener.address() as AddressInfo).port,
    get methods() {
      return methods;
    },
    async close() {
      sockets.forEach((socket) => socket.destroy());
      listener.close();
      await once(listener, 'close');
    },
  };
}

/** The length including header and end; undefined if that is not known yet. */
function lengthOf(bytes: Buffer): number | undefined {
  return bytes.length < header ? undefined : header + bytes.readUInt32BE(3) + 1;
}

const nameOf = (frame: Buffer): string => `${frame.readUInt16BE(7)}.${frame.readUInt16BE(9)}`;
