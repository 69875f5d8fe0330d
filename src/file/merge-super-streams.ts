// What becomes of the super streams of a file that is updated to match the live broker.
import type { Address } from '../topology/address.ts';
import { addressOf } from '../topology/identity.ts';
import type { TopologyObject } from '../topology/object.ts';
import { foldSuperStreams, partsOf, type SuperStream } from '../topology/super-stream.ts';
import { canonical } from '../topology/value.ts';
import type { Changes } from './map-edits.ts';
import type { Fields } from './render-scalar.ts';

export class LiveSuperStreams {
  /** By the address of the exchange. */
  readonly #streams: ReadonlyMap<Address, SuperStream>;
  readonly #live: ReadonlyMap<Address, TopologyObject>;
  readonly #declared: ReadonlySet<Address>;

  /** `declared`: what other entries than those of super streams declare. */
  constructor(live: ReadonlyMap<Address, TopologyObject>, declared: Iterable<TopologyObject>) {
    this.#live = live;
    this.#declared = new Set([...declared].map(addressOf));
    const { streams } = foldSuperStreams([...live.values()]);
    this.#streams = new Map(streams.map((stream) => [keyOf(stream), stream]));
  }

  /** What is live of the super streams that an entry declares. */
  remainsOf(declared: readonly TopologyObject[]): Remains {
    const before = foldSuperStreams(declared).streams;
    const after = before.flatMap((stream) => this.#alone(this.#streams.get(keyOf(stream))));
    const whole = new Set(after.flatMap((stream) => partsOf(stream).map(addressOf)));
    const plain = declared.map(addressOf).filter((address) => !whole.has(address));
    return {
      before,
      after,
      plain: plain.flatMap((address) => this.#live.get(address) ?? []),
    };
  }

  /** Unless another entry declares a part of it. */
  #alone(stream: SuperStream | undefined): SuperStream[] {
    if (stream === undefined) return [];
    const isShared = partsOf(stream).some((part) => this.#declared.has(addressOf(part)));
    return isShared ? [] : [stream];
  }
}

export interface Remains {
  /** As declared. */
  readonly before: readonly SuperStream[];
  /** Those of them that are live, as they are. */
  readonly after: readonly SuperStream[];
  /** Parts that make no super stream any more. */
  readonly plain: readonly TopologyObject[];
}

const keyOf = (stream: SuperStream): Address =>
  partsOf({ ...stream, keys: [] })
    .map(addressOf)
    .join();

/** The fields of an entry that have to change; undefined removes one. */
export function changedFields(before: Fields, after: Fields): Changes {
  const names = new Set([...before.keys(), ...after.keys()]);
  const changed = [...names].filter(
    (name) => canonical(before.get(name)) !== canonical(after.get(name)),
  );
  return new Map(changed.map((name) => [name, after.get(name)]));
}
