// A real proxy in front of the broker's AMQP port that notes when bindings change over between a
// queue and the parking queue, and until when messages that were left behind are moved.
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Span } from '../management/numbered-messages.ts';

/** One change of all bindings. */
export interface Flip {
  /** From the first binding to the other queue, until none leads to the first any more. */
  readonly both: Span;
  /** From the first binding to the other queue, until the last message that was left has moved. */
  readonly whole: Span;
  /**
   * From topo's last look, which found few messages left, until none leads there any more.
   * Undefined if topo has waited for long enough, because they come too fast.
   */
  readonly nearly: Span | undefined;
}

/** For so few messages topo waits before it changes the bindings, and for so many ms at least. */
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
    const link: Link = { asked: new Map(), unbinding: new Set(), moving: new Map() };
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
  openChannel: (20 << 16) + 10,
  ...{ declare: (50 << 16) + 10, declareOk: (50 << 16) + 11 },
  ...{ bind: (50 << 16) + 20, unbind: (50 << 16) + 50 },
  ...{ publish: (60 << 16) + 40, confirm: (60 << 16) + 80 },
};

/**
 * Of one connection, by channel: when it asked about a queue, whether it has just unbound, and in
 * which change it moves messages.
 */
interface Link {
  readonly asked: Map<number, number>;
  readonly unbinding: Set<number>;
  readonly moving: Map<number, Nth>;
}

/** Out, or back. */
type Nth = 0 | 1;

class Watch {
  readonly #queue: string;
  readonly #exchange: string;
  readonly flips: Flip[] = [];
  /** By queue, when few messages were found there. */
  readonly #fewAt = new Map<string, number>();
  /** What messages are moved through, by exchange. */
  readonly #ways = new Map<string, Nth>();
  /** When the first message was moved. */
  readonly #since: [number, number] = [Infinity, Infinity];
  #parking = '';
  /** How many messages. */
  published = 0;

  constructor(queue: string, exchange: string) {
    this.#queue = queue;
    this.#exchange = exchange;
  }

  hear({ asked, unbinding, moving }: Link, channel: number, method: Buffer): void {
    const id = idOf(method);
    if (id === methods.openChannel) moving.delete(channel);
    if (id === methods.declare) asked.set(channel, performance.now());
    if (id === methods.publish) {
      const nth = moving.get(channel) ?? this.#ways.get(shortText(method, 6)[0]);
      if (nth !== undefined) moving.set(channel, nth);
      this.#hearPublish(nth);
    }
    if (id !== methods.bind && id !== methods.unbind) return;
    const [queue, after] = shortText(method, 6);
    const [exchange] = shortText(method, after);
    const isHere = exchange === this.#exchange;
    if (id === methods.unbind && isHere && this.flips.length > 0) unbinding.add(channel);
    if (id === methods.bind && !isHere) this.#ways.set(exchange, queue === this.#queue ? 1 : 0);
    if (id === methods.bind && isHere) this.#hearBind(queue);
  }

  #hearPublish(nth: Nth | undefined): void {
    this.published++;
    if (nth !== undefined && this.#since[nth] === Infinity) this.#since[nth] = performance.now();
  }

  #hearBind(queue: string): void {
    const nth = queue === this.#queue ? 1 : 0;
    if (this.flips.length !== nth) return;
    if (nth === 0) this.#parking = queue;
    const now = { from: performance.now(), to: performance.now() };
    const from = this.#fewAt.get(nth === 0 ? this.#queue : this.#parking) ?? now.from;
    const hasGivenUp = from === now.from && now.from - this.#since[nth] > patience;
    const nearly = hasGivenUp ? undefined : { ...now, from };
    this.flips.push({ both: now, whole: now, nearly });
  }

  hearAnswer({ asked, unbinding, moving }: Link, channel: number, method: Buffer): void {
    const id = idOf(method);
    if (id === methods.confirm) this.#hearMoved(moving.get(channel));
    if (id !== methods.declareOk) return;
    const [queue, after] = shortText(method, 4);
    const askedAt = asked.get(channel);
    if (method.readUInt32BE(after) > few) this.#fewAt.delete(queue);
    else if (askedAt !== undefined) this.#fewAt.set(queue, askedAt);
    if (unbinding.delete(channel)) this.#hearUnbound();
  }

  #hearMoved(nth: Nth | undefined): void {
    const flip = nth === undefined ? undefined : this.flips[nth];
    if (nth === undefined || flip === undefined) return;
    this.flips[nth] = { ...flip, whole: { ...flip.whole, to: performance.now() } };
  }

  #hearUnbound(): void {
    const flip = this.flips.pop();
    if (flip === undefined) return;
    const until = ({ from }: Span): Span => ({ from, to: performance.now() });
    const { both, whole, nearly } = flip;
    this.flips.push({ both: until(both), whole: until(whole), nearly: nearly && until(nearly) });
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
