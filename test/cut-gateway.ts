// A real proxy in front of the broker's HTTP or AMQP port: passes on what a client says, one
// request or frame after the other, up to the one at which the connection is cut.
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * `before`: the broker gets nothing of it. `in`: it gets the first half. `after`: it gets all, but
 * the client no answer.
 */
export const places = ['before', 'in', 'after'] as const;
export type Place = (typeof places)[number];

interface Protocol {
  /** The length of what `said` begins with; undefined if that is not known yet. */
  readonly lengthOf: (said: Buffer, isFirst: boolean) => number | undefined;
  /** Undefined for what does not count. */
  readonly nameOf: (unit: Buffer, isFirst: boolean) => string | undefined;
}

const http: Protocol = {
  lengthOf(said) {
    const head = said.indexOf('\r\n\r\n');
    if (head < 0) return undefined;
    const body = /\r\ncontent-length: *(\d+)/i.exec(said.toString('latin1', 0, head))?.[1] ?? '0';
    return head + 4 + Number(body);
  },
  nameOf: (unit) => unit.toString('latin1', 0, unit.indexOf(' HTTP/')),
};

const frameKinds: Readonly<Record<number, string>> = { 1: 'method', 2: 'header', 3: 'body' };

const amqp: Protocol = {
  lengthOf(said, isFirst) {
    if (isFirst) return 8;
    return said.length < 7 ? undefined : 7 + said.readUInt32BE(3) + 1;
  },
  nameOf(unit, isFirst) {
    const kind = frameKinds[unit[0] ?? 0];
    if (isFirst || kind === undefined) return undefined;
    return kind === 'method'
      ? `AMQP ${unit.readUInt16BE(7)}.${unit.readUInt16BE(9)}`
      : `AMQP ${kind}`;
  },
};

/** At most this long does the broker have for an answer, in milliseconds; acks get none. */
const answerTime = { http: 2_000, amqp: 50 };
const protocols = { http, amqp };

export interface Cuts {
  /** Asked once for each request or frame. */
  readonly placeOf: (what: string) => Place | undefined;
  /** Called before the connection is cut. */
  readonly onCut: () => Promise<void>;
}

export interface CutGateway {
  readonly port: number;
  close(): void;
}

/** `url`: where the broker listens. `time`: milliseconds that it has to answer before a cut. */
export async function openCutGateway(
  name: keyof typeof protocols,
  url: string,
  { placeOf, onCut }: Cuts,
  time = answerTime[name],
): Promise<CutGateway> {
  const { lengthOf, nameOf } = protocols[name];
  const { hostname: host, port } = new URL(url);
  const sockets = new Set<Socket>();

  const accept = (client: Socket): void => {
    const server = connect({ host, port: Number(port) });
    let rest = Buffer.alloc(0);
    let isFirst = true;
    let isOver = false;
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
    const cut = async (place: Place, unit: Buffer): Promise<void> => {
      isOver = true;
      const passed = { before: 0, in: Math.floor(unit.length / 2), after: unit.length }[place];
      const answered = once(server, 'data').catch(() => undefined);
      if (passed > 0) server.write(unit.subarray(0, passed));
      if (place === 'after') await Promise.race([answered, sleep(time)]);
      await onCut();
      client.destroy();
      server.destroy();
    };
    server.on('data', (data) => {
      if (!isOver) client.write(data);
    });
    client.on('data', (data) => {
      rest = Buffer.concat([rest, data]);
      while (!isOver) {
        const length = lengthOf(rest, isFirst);
        if (length === undefined || rest.length < length) return;
        const unit = rest.subarray(0, length);
        rest = rest.subarray(length);
        const what = nameOf(unit, isFirst);
        isFirst = false;
        const place = what === undefined ? undefined : placeOf(what);
        if (place === undefined) server.write(unit);
        else void cut(place, unit);
      }
    });
  };

  const listener = createServer(accept).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return {
    port: (listener.address() as AddressInfo).port,
    close() {
      listener.close();
      sockets.forEach((socket) => socket.destroy());
    },
  };
}
