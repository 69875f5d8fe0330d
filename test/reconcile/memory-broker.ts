// A broker's metadata in memory: applies the steps of a plan to a world.
import type {
  Carried,
  Carry,
  Connected,
  Depth,
  Reader,
  Writer,
} from '../../src/reconcile/broker.ts';
import type { Health } from '../../src/reconcile/cluster.ts';
import { endsOf, type Address } from '../../src/topology/address.ts';
import { addressOf } from '../../src/topology/identity.ts';
import type { Live, LiveObject } from '../../src/topology/live.ts';
import { isEqual } from '../../src/topology/normal-form.ts';
import { isBinding, isQueue, isRouting } from '../../src/topology/object.ts';
import type { Binding, Queue, Setting, TopologyObject } from '../../src/topology/object.ts';
import { toLiveObject } from './worlds.ts';

export type Gap = Awaited<ReturnType<Reader['readGap']>>;

/** Deleting an object deletes its bindings; an auto_delete exchange goes with its last one. */
export class MemoryBroker implements Reader, Writer {
  readonly live: Live;
  readonly objects: Map<Address, LiveObject>;
  /** Lost places on rings whose destination is still bound: source and destination. */
  readonly lostPlaces = new Set<string>();
  gap: Gap = 'pipelined';

  /** As of a healthy cluster. */
  health: Health = { nodes: [], alarms: [] };

  constructor(live: Live) {
    this.objects = new Map(live.objects);
    this.live = { ...live, objects: this.objects };
  }

  foresee(): undefined {
    return undefined;
  }
  readLive(): Promise<Live> {
    return Promise.resolve({ ...this.live, objects: new Map(this.objects) });
  }
  readDepths(queues: readonly TopologyObject[]): Promise<Map<Address, Depth>> {
    const depthOf = (queue: TopologyObject): Depth => {
      const ready = isQueue(queue) && 'ready' in queue ? Number(queue.ready) : 0;
      return { kind: 'known', ready, unacked: 0, consumers: 0 };
    };
    return Promise.resolve(new Map(queues.map((queue) => [addressOf(queue), depthOf(queue)])));
  }
  readTags(): Promise<ReadonlySet<string>> {
    return Promise.resolve(new Set(['administrator']));
  }
  readHealth(): Promise<Health> {
    return Promise.resolve(this.health);
  }
  readConnections(): Promise<Connected> {
    return Promise.resolve({ users: new Map(), vhosts: new Map() });
  }
  findRecords() {
    return { kept: [], unreadable: [] };
  }
  readGap(): Promise<Gap> {
    return Promise.resolve(this.gap);
  }
  doubts() {
    return [];
  }

  keepRecord(): Promise<void> {
    return Promise.resolve();
  }
  deleteRecord(): Promise<void> {
    return Promise.resolve();
  }
  restore(_before: TopologyObject, after: TopologyObject): Promise<void> {
    return this.put(after);
  }
  put(object: TopologyObject): Promise<void> {
    if (isBinding(object)) return this.#bind(object);
    const there = this.objects.get(addressOf(object));
    if (there && !isEqual(there, object)) return Promise.reject(new Error('inequivalent'));
    this.objects.set(addressOf(object), isRouting(object) ? toLiveObject(object) : object);
    return Promise.resolve();
  }
  #bind(binding: Binding): Promise<void> {
    const { source, destination } = endsOf(binding);
    for (const end of [source, destination]) {
      if (!this.objects.has(end)) return Promise.reject(new Error(`no ${end}`));
    }
    if (!this.objects.has(addressOf(binding))) this.lostPlaces.delete(placeOf(binding));
    this.objects.set(addressOf(binding), toLiveObject(binding));
    return Promise.resolve();
  }
  update(_before: Setting, after: Setting): Promise<void> {
    this.objects.set(addressOf(after), after);
    return Promise.resolve();
  }
  remove(object: Setting): Promise<void> {
    this.objects.delete(addressOf(object));
    return Promise.resolve();
  }
  unbind(binding: Binding): Promise<void> {
    this.#take(addressOf(binding));
    return Promise.resolve();
  }
  async rebind(unbind: readonly Binding[], bind: readonly Binding[]): Promise<void> {
    for (const binding of unbind) await this.unbind(binding);
    for (const binding of bind) await this.#bind(binding);
  }
  delete(object: TopologyObject): Promise<undefined> {
    this.#take(addressOf(object));
    return Promise.resolve(undefined);
  }
  async replace(before: TopologyObject, after: TopologyObject, bindings: readonly Binding[]) {
    await this.delete(before);
    await this.put(after);
    for (const binding of bindings) await this.#bind(binding);
    return undefined;
  }
  async carryOver(
    before: Queue,
    after: Queue,
    bindings: readonly Binding[],
    { onMoved }: Carry,
  ): Promise<Carried> {
    await this.replace(before, after, bindings);
    onMoved?.(0);
    return { messages: 0, flipMilliseconds: 0 };
  }

  #take(address: Address): void {
    const object = this.objects.get(address);
    if (!this.objects.delete(address)) return;
    if (object?.kind === 'binding') {
      this.#takePlace(object);
      this.#takeIfUnused(endsOf(object).source);
    }
    for (const binding of [...this.objects.values()]) {
      if (binding.kind !== 'binding') continue;
      const { source, destination } = endsOf(binding);
      if (source === address || destination === address) this.#take(addressOf(binding));
    }
  }

  #takePlace(gone: Binding): void {
    const source = this.objects.get(endsOf(gone).source);
    if (source?.kind !== 'exchange' || source.type !== 'x-consistent-hash') return;
    const others = [...this.objects.values()].filter(
      (object) => object.kind === 'binding' && placeOf(object) === placeOf(gone),
    );
    if (others.length > 0) this.lostPlaces.add(placeOf(gone));
    else this.lostPlaces.delete(placeOf(gone));
  }

  #takeIfUnused(address: Address): void {
    const exchange = this.objects.get(address);
    if (exchange?.kind !== 'exchange' || !exchange.auto_delete) return;
    const used = [...this.objects.values()].some(
      (object) => object.kind === 'binding' && endsOf(object).source === address,
    );
    if (!used) this.#take(address);
  }
}

function placeOf(binding: Binding): string {
  const { source, destination } = endsOf(binding);
  return `${source} ${destination}`;
}
