// A real proxy in front of the broker's AMQP port that notes when bindings change over between a
// queue and the parking queue, and until when messages that were left behind are moved.
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Span } from '../management/live-traffic.ts';

/** One change of all bindings. */
export interface Flip {
  /** From the first binding to the other queue, until none leads to the first any more. */
  readonly both: Span;
  /** From the first binding to the other queue, until the last message that was left has moved. */
  readonly whole: Span;
  /**
   * From topo's last look, which found few messages left, until none leads there any more; undefined
   * if topo has waited for long enough, because they come too fast.
   */
  readonly nearly: Span | undefined;
}

/** As few messages as topo waits for before it changes the bindings; and at least so long, in ms. */
export const few = 20;
const patience = 1_000;

export interface WatchedFlips {
  readonly port: number;
  /** Out, then back. */
  readonly flips: readonly Flip[];
  close(): void;
}

interface Watching {
  /** The one that is replaced. */
  readonly queue: string;
  /** Leads to it. */
  readonly exchange: string;
  /** Cuts the connection that brings this message to the broker, counted from the first one. */
  readonly cutAt?: number | undefined;
}

/** `url`: where the broker listens. */
export async function watchFlips(
  url: string,
  { queue, exchange, cutAt = Infinity }: Watching,
): Promise<WatchedFlips> {
  const { hostname: host, port } = new URL(url);
  const sockets = new Set<Socket>();
  const watch = new Watch(queue, exchange);
  const listener = createServer({ noDelay: true }, (client) => {
    const server = connect({ host, port: Number(port), noDelay: true });
    const link: Link = { asked: new Map(), unbinding: new Set() };
    const onSaid = toFrames(protocolHeader, (channel, method) => watch.hear(link, channel, method));
    const onAnswered = toFrames(0, (channel, method) => watch.hearAnswer(link, channel, method));
    for (const [one, other, read] of [
      [client, server, onSaid],
      [server, client, onAnswered],
    ] as const) {
      sockets.add(one);
      one.on('data', (data) => {
        const before = watch.published;
        read(data);
        if (before < cutAt && watch.published >= cutAt) void fallSilent([one, other]);
        if (one.isPaused()) return;
        if (!other.write(data)) one.pause();
      });
      one.on('drain', () => other.resume());
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  }).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  return {
    port: (listener.address() as AddressInfo).port,
    flips: watch.flips,
    close() {
      listener.close();
      sockets.forEach((socket) => socket.destroy());
    },
  };
}

/** Milliseconds in which a client that waits for nothing goes on. */
const silence = 100;

async function fallSilent(pair: readonly Socket[]): Promise<void> {
  pair.forEach((socket) => socket.pause());
  await sleep(silence);
  pair.forEach((socket) => socket.destroy());
}

const methods = {
  ...{ declare: (50 << 16) + 10, declareOk: (50 << 16) + 11 },
  ...{ bind: (50 << 16) + 20, unbind: (50 << 16) + 50 },
  ...{ publish: (60 << 16) + 40, confirm: (60 << 16) + 80 },
};

/** Of one connection, by channel: when it asked about a queue, and whether it has just unbound. */
interface Link {
  readonly asked: Map<number, number>;
  readonly unbinding: Set<number>;
}

class Watch {
  readonly #queue: string;
  readonly #exchange: string;
  readonly flips: Flip[] = [];
  /** By queue, when few messages were found there. */
  readonly #fewAt = new Map<string, number>();
  #parking = '';
  #isOnItsWayBack = false;
  /** How many messages, and since when to this queue. */
  published = 0;
  #since = Infinity;

  constructor(queue: string, exchange: string) {
    this.#queue = queue;
    this.#exchange = exchange;
  }

  hear({ asked, unbinding }: Link, channel: number, method: Buffer): void {
    const id = idOf(method);
    if (id === methods.publish) this.#hearPublish();
    if (id === methods.declare) asked.set(channel, performance.now());
    if (id !== methods.bind && id !== methods.unbind) return;
    const [queue, after] = shortText(method, 6);
    const [exchange] = shortText(method, after);
    const isHere = exchange === this.#exchange;
    if (id === methods.unbind && isHere && this.flips.length > 0) unbinding.add(channel);
    if (id === methods.bind) this.#hearBind(queue, isHere);
  }

  #hearPublish(): void {
    this.published++;
    if (this.#since === Infinity) this.#since = performance.now();
  }

  #hearBind(queue: string, isHere: boolean): void {
    const done = this.flips.length;
    if (done === 1 && queue === this.#queue && !isHere) {
      this.#isOnItsWayBack = true;
      this.#since = Infinity;
    }
    const isNext = isHere && (queue === this.#queue ? done === 1 : done === 0);
    if (!isNext) return;
    if (done === 0) this.#parking = queue;
    this.#isOnItsWayBack = false;
    const now = { from: performance.now(), to: performance.now() };
    const source = done === 0 ? this.#queue : this.#parking;
    const from = this.#fewAt.get(source) ?? now.from;
    const hasGivenUp = from === now.from && now.from - this.#since > patience;
    const nearly = hasGivenUp ? undefined : { ...now, from };
    this.flips.push({ both: now, whole: now, nearly });
  }

  hearAnswer({ asked, unbinding }: Link, channel: number, method: Buffer): void {
    const id = idOf(method);
    if (id === methods.declareOk) {
      const [queue, after] = shortText(method, 4);
      const askedAt = asked.get(channel);
      if (method.readUInt32BE(after) > few) this.#fewAt.delete(queue);
      else if (askedAt !== undefined) this.#fewAt.set(queue, askedAt);
    }
    const isUnbound = id === methods.declareOk && unbinding.delete(channel);
    const isMoved = id === methods.confirm && !this.#isOnItsWayBack;
    const last = this.flips.pop();
    if (last === undefined) return;
    const to = performance.now();
    const { both, whole, nearly } = last;
    this.flips.push({
      both: isUnbound ? { ...both, to } : both,
      whole: isUnbound || isMoved ? { ...whole, to } : whole,
      nearly: isUnbound && nearly !== undefined ? { ...nearly, to } : nearly,
    });
  }
}

const idOf = (method: Buffer): number => method.readUInt32BE(0);

function shortText(bytes: Buffer, at: number): [text: string, after: number] {
  const after = at + 1 + bytes.readUInt8(at);
  return [bytes.toString('utf8', at + 1, after), after];
}

const protocolHeader = 8;
const [head, tail, isMethod] = [7, 1, 1];

/** Calls `onMethod` for each method frame; `skip`: bytes before the first frame. */
function toFrames(
  skip: number,
  onMethod: (channel: number, method: Buffer) => void,
): (data: Buffer) => void {
  let rest = Buffer.alloc(0);
  return (data) => {
    const bytes = rest.length === 0 ? data : Buffer.concat([rest, data]);
    let at = 0;
    for (;;) {
      const skipped = Math.min(skip, bytes.length - at);
      [at, skip] = [at + skipped, skip - skipped];
      if (bytes.length - at < head) break;
      const length = bytes.readUInt32BE(at + 3);
      if (bytes[at] === isMethod) {
        if (bytes.length - at < head + length + tail) break;
        onMethod(bytes.readUInt16BE(at + 1), bytes.subarray(at + head, at + head + length));
      }
      [at, skip] =
        bytes[at] === isMethod ? [at + head + length + tail, 0] : [at + head, length + tail];
    }
    rest = Buffer.from(bytes.subarray(at));
  };
}
