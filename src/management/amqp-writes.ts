// Writes over AMQP what it can say, if there is much to write: it costs RabbitMQ and topo less
// than HTTP. And each quorum queue and stream, even a single one: RabbitMQ, at least from 3.10 to
// 4.3, leaves it without a leader if the HTTP connection is cut meanwhile; it is listed, and takes
// no message.
// What fails is written over HTTP, whose answer counts and whose words people know.
import { setTimeout as sleep } from 'node:timers/promises';
import { AmqpError } from '../amqp/amqp-error.ts';
import type { AmqpConnections } from '../amqp/connections.ts';
import { renderBind, renderDeclare, renderDelete, renderUnbind } from '../amqp/frames.ts';
import { request } from '../amqp/request.ts';
import { NotInAmqp } from '../amqp/table.ts';
import type { Frame } from '../amqp/wire.ts';
import { hasOwnRequest, objectOf, type Step } from '../reconcile/step.ts';
import { propertiesKeyOf } from '../topology/address.ts';
import { breaksLists } from '../topology/kinds/binding.ts';
import type { LiveBinding } from '../topology/live.ts';
import {
  isReplicated,
  type Exchange,
  type Kind,
  type Queue,
  type TopologyObject,
} from '../topology/object.ts';

/** So many writes to a vhost take HTTP less time than it takes to connect and prove the broker. */
const few = 100;
/** Milliseconds that the writes of a vhost wait for AMQP. */
const patience = 5_000;

type Of<K extends Kind> = Extract<TopologyObject, { kind: K }>;

/** The kinds that AMQP can declare; undefined for an object that it shouldn't. */
const declarations: { readonly [K in Kind]?: (object: Of<K>) => Frame | undefined } = {
  exchange: renderDeclare,
  queue: renderDeclare,
  binding: (binding) => (breaksLists(binding) ? undefined : renderBind(binding)),
};

export interface OverHttp {
  readonly write: () => Promise<void>;
  /** After a request over AMQP that may have been carried out. */
  readonly writeAgain: (cut: AmqpError) => Promise<void>;
}

/** How far AMQP is in a vhost. */
interface Way {
  /** How many writes there are at least. */
  foreseen: number;
  written: number;
  is: 'untried' | 'opening' | 'ready' | 'given up';
  opened: Promise<void>;
}

export class AmqpWrites {
  readonly #amqp: AmqpConnections;
  readonly #mayUse: boolean;
  readonly #onAnswer: () => void;
  readonly #ways = new Map<string, Way>();
  /** Whether no vhost has kept writes waiting in vain so far. */
  #isQuick = true;

  /** `mayUse`: whether AMQP has the rights of HTTP. Calls `onAnswer` for each sign of life. */
  constructor(amqp: AmqpConnections, mayUse: boolean, onAnswer: () => void) {
    this.#amqp = amqp;
    this.#mayUse = mayUse;
    this.#onAnswer = onAnswer;
  }

  /**
   * If many writes follow, the first one connects: beside requests over HTTP it takes long. Deletes
   * of queues have a connection of their own, and come late: it is opened meanwhile.
   */
  foresee(steps: readonly Step[]): void {
    const going = new Map<string, number>();
    for (const step of steps.filter(hasOwnRequest)) {
      const { kind, vhost } = objectOf(step);
      if (vhost === null || !(kind in declarations)) continue;
      if (step.kind === 'delete' && kind === 'queue') going.set(vhost, 1 + (going.get(vhost) ?? 0));
      else if (step.kind === 'create' || step.kind === 'delete') this.#wayTo(vhost).foreseen++;
    }
    for (const [vhost, queues] of going)
      if (queues > few) void this.#amqp.prepare(vhost, 'conditional');
  }

  put(object: TopologyObject, overHttp: () => Promise<void>): Promise<void> {
    const render = declarations[object.kind] as
      ((object: TopologyObject) => Frame | undefined) | undefined;
    if (render === undefined || object.vhost === null) return overHttp();
    // Declaring or binding twice does the same as once.
    const http = { write: overHttp, writeAgain: overHttp };
    return this.#write(object.vhost, () => render(object), http, isReplicated(object));
  }

  /** For what is going to be declared over HTTP, which then changes nothing. */
  async declareReplicated(object: Exchange | Queue): Promise<void> {
    if (isReplicated(object)) await this.put(object, () => Promise.resolve());
  }

  unbind(binding: LiveBinding, http: OverHttp): Promise<void> {
    const render = () => (isPlain(binding) ? renderUnbind(binding) : undefined);
    return this.#write(binding.vhost, render, http);
  }

  /** Also a single one: over HTTP, a cut leaves a name that can't be declared again. */
  deleteExchange(exchange: Exchange, http: OverHttp): Promise<void> {
    return this.#write(exchange.vhost, () => renderDelete(exchange), http, true);
  }

  /** Connects; if that fails or takes long, HTTP writes. */
  async #open(vhost: string, way: Way): Promise<void> {
    way.is = 'opening';
    const opened = this.#amqp.prepare(vhost).then((isReady) => {
      way.is = isReady ? 'ready' : 'given up';
      return true;
    });
    if (!this.#isQuick) return;
    const late = sleep(patience, false, { ref: false });
    way.opened = Promise.race([opened, late]).then((isQuick) => {
      this.#isQuick = isQuick;
    });
    await way.opened;
  }

  /** `isUrgent`: connects for this write alone. */
  async #write(
    vhost: string,
    render: () => Frame | undefined,
    http: OverHttp,
    isUrgent = false,
  ): Promise<void> {
    const way = this.#wayTo(vhost);
    const isMuch = Math.max(++way.written, way.foreseen) > few;
    if (way.is === 'untried' && (isMuch || isUrgent)) await this.#open(vhost, way);
    if (way.is === 'opening') await way.opened;
    const frame = way.is === 'ready' ? tryToRender(render) : undefined;
    if (frame === undefined) return http.write();
    const sent = await this.#send(vhost, frame);
    if (sent === 'done') {
      this.#onAnswer();
      return;
    }
    if (sent === 'not in AMQP') return http.write();
    const isCut = sent !== 'not sent' && sent.code === undefined;
    if (isCut || sent === 'not sent') way.is = 'given up';
    await (isCut ? http.writeAgain(sent) : http.write());
    // HTTP could do what AMQP could not.
    way.is = 'given up';
  }

  #wayTo(vhost: string): Way {
    const known = this.#ways.get(vhost);
    if (known !== undefined) return known;
    const is = this.#mayUse ? 'untried' : 'given up';
    const way: Way = { foreseen: 0, written: 0, is, opened: Promise.resolve() };
    this.#ways.set(vhost, way);
    return way;
  }

  /** Returns an error if the broker, or the loss of the connection, answered. */
  async #send(
    vhost: string,
    frame: Frame,
  ): Promise<'done' | 'not sent' | 'not in AMQP' | AmqpError> {
    try {
      const error = await this.#amqp.withChannel(vhost, (channel) => request(channel, frame));
      return error ?? 'done';
    } catch (error) {
      if (error instanceof NotInAmqp) return 'not in AMQP';
      if (error instanceof AmqpError) return 'not sent';
      throw error;
    }
  }
}

function tryToRender(render: () => Frame | undefined): Frame | undefined {
  try {
    return render();
  } catch (error) {
    if (error instanceof NotInAmqp) return undefined;
    throw error;
  }
}

/**
 * Whether AMQP reaches the same binding as its key in the management API. Arguments may have types
 * that JSON doesn't tell apart, and unbinding what does not exist succeeds.
 */
const isPlain = ({ arguments: table, routing_key: key, properties_key }: LiveBinding): boolean =>
  table.size === 0 && properties_key === (key === '' ? '~' : propertiesKeyOf(key));
