// A real TCP proxy in front of a real broker: forwards, cuts, falls silent and counts.
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';

export interface Proxy {
  readonly port: number;
  /** Connections accepted so far. */
  readonly connections: number;
  /** Connections that neither side has closed, as seen from here. */
  readonly open: number;
  /** Bytes from clients, and from the server. */
  readonly bytes: { readonly sent: number; readonly answered: number };
  /** The first line of each forwarded HTTP request, such as `GET /api/overview HTTP/1.1`. */
  readonly requests: readonly string[];
  /**
   * The requests whose answers have begun: on a connection that the server has just closed none
   * does, and the client sends the request again.
   */
  readonly answered: readonly string[];
  /** Destroys every connection, and accepts new ones. */
  cut(): void;
  /** Destroys the connections of the next `times` answers after this many bytes of each. */
  cutAnswers(times: number, afterBytes: number): void;
  /** Stops forwarding in both directions. */
  blackHole(): void;
  /** Does so once bytes from a client match and are forwarded: their answer is not. */
  blackHoleAfter(sent: RegExp): Promise<void>;
  /** The same, but holds up the matching bytes, too. */
  blackHoleBefore(sent: RegExp): Promise<void>;
  /** Ends the black hole and forwards what it held up. */
  restore(): void;
  close(): Promise<void>;
}

/** `tls`: ends TLS here, and speaks plain text to the broker. */
export async function openProxy(
  target: { host: string; port: number },
  options: { tls?: TlsOptions } = {},
): Promise<Proxy> {
  const pairs = new Set<readonly [Socket, Socket]>();
  const requests: string[] = [];
  const answered: string[] = [];
  const cuts = { times: 0, afterBytes: 0 };
  const sockets = new Set<Socket>();
  let silent = false;
  let last: { sent: RegExp; isHeldUp: boolean; isReached: () => void } | undefined;
  let connections = 0;
  const bytes = { sent: 0, answered: 0 };

  const accept = (client: Socket) => {
    const server = connect(target);
    const pair = [client, server] as const;
    const waiting: string[] = [];
    pairs.add(pair);
    if (silent) pair.forEach((socket) => socket.pause());
    client.on('data', (data) => {
      bytes.sent += data.length;
      const text = data.toString('latin1');
      const begun = text.match(/^[A-Z]+ \S+ HTTP\/1\.1$/gm) ?? [];
      requests.push(...begun);
      waiting.push(...begun);
      const reached = last?.sent.test(text) === true ? last : undefined;
      if (reached?.isHeldUp === true) blackHole();
      server.write(data);
      if (reached === undefined) return;
      blackHole();
      reached.isReached();
    });
    server.on('data', (data) => {
      bytes.answered += data.length;
      answered.push(...waiting.splice(0));
      if (cuts.times === 0) client.write(data);
      else client.write(data.subarray(0, cuts.afterBytes), () => client.destroy());
      if (cuts.times > 0) cuts.times--;
    });
    for (const [one, other] of [pair, [server, client] as const]) {
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
    client.on('close', () => pairs.delete(pair));
  };

  const blackHole = () => {
    if (silent) return;
    silent = true;
    pairs.forEach((pair) => pair.forEach((socket) => socket.pause().cork()));
  };
  const blackHoleAt = (sent: RegExp, isHeldUp: boolean) =>
    new Promise<void>((isReached) => (last = { sent, isHeldUp, isReached }));

  const listener =
    options.tls === undefined ? createServer(accept) : createTlsServer(options.tls, accept);
  // Including those that never finish the TLS handshake.
  listener.on('connection', (socket: Socket) => {
    connections++;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const cut = () => pairs.forEach((pair) => pair.forEach((socket) => socket.destroy()));
  return {
    port: (listener.address() as AddressInfo).port,
    requests,
    answered,
    bytes,
    get connections() {
      return connections;
    },
    get open() {
      return pairs.size;
    },
    cut,
    cutAnswers: (times, afterBytes) => Object.assign(cuts, { times, afterBytes }),
    blackHole,
    blackHoleAfter: (sent) => blackHoleAt(sent, false),
    blackHoleBefore: (sent) => blackHoleAt(sent, true),
    restore() {
      silent = false;
      last = undefined;
      pairs.forEach((pair) => pair.forEach((socket) => socket.resume().uncork()));
    },
    async close() {
      cut();
      sockets.forEach((socket) => socket.destroy());
      listener.close();
      await once(listener, 'close');
    },
  };
}
