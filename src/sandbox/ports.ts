// Picks ports on the loopback address.
import { connect, createServer, type AddressInfo, type Server } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export const loopback = '127.0.0.1';

const clearedMs = 1000;

export interface Ports {
  readonly amqp: number;
  readonly management: number;
  /** Erlang's distribution, which rabbitmqctl speaks. */
  readonly dist: number;
  /** Erlang's port mapper. */
  readonly epmd: number;
}

/** Takes each wanted port if it is free; else one that the system picks. */
export async function readFreePorts(wanted?: Ports): Promise<Ports> {
  const servers: Server[] = [];
  const reserve = async (port = 0): Promise<number> => {
    const server = await (port === 0 ? listen(0) : listenSoon(port).catch(() => listen(0)));
    servers.push(server);
    return portOf(server);
  };
  try {
    const amqp = await reserve(wanted?.amqp);
    const management = await reserve(wanted?.management);
    const dist = await reserve(wanted?.dist);
    return { amqp, management, dist, epmd: await reserve(wanted?.epmd) };
  } finally {
    // Held until all are picked, so that no two are the same.
    await Promise.all(servers.map(close));
  }
}

export function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: loopback, port, timeout: 1000 });
    const end = (open: boolean) => () => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', end(true)).once('timeout', end(false)).once('error', end(false));
  });
}

function listen(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host: loopback, port }, () => resolve(server));
  });
}

/** The system frees the ports of a killed node only after a while. */
async function listenSoon(port: number): Promise<Server> {
  const deadline = Date.now() + clearedMs;
  for (;;) {
    try {
      return await listen(port);
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(50);
    }
  }
}

const portOf = (server: Server): number => (server.address() as AddressInfo).port;

const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
  });
