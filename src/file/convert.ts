// Converts YAML nodes to plain values in one walk: objects, arrays, exact scalars. Follows aliases,
// within bounds.
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Alias,
  type Node,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import { count } from '../topology/count.ts';
import { quote } from '../topology/quote.ts';
import { isUnbounded, parsePlain, type Scalar as Plain } from './scalar.ts';
import type { Fault } from './source.ts';
import { depthFault, maxDepth } from './syntax-faults.ts';

/** The most values that all aliases together may stand for. */
const aliasedLimit = 1_000_000;

type ScalarNode = Scalar<string> & Node;

export class Converter {
  readonly faults: Fault[] = [];
  /** Whether anchors or aliases occurred: such a file can't be read in pieces. */
  linked = false;
  readonly #anchors = new Map<string, unknown>();
  readonly #parsePlain: (text: string) => Plain;
  #aliased = 0;

  /** `plain`: the meaning of a scalar without quotes, if not that of YAML 1.2. */
  constructor(plain: (text: string) => Plain = parsePlain) {
    this.#parsePlain = plain;
  }

  /** Returns the value of a node at a depth; after a fault, some value in its place. */
  convert(node: unknown, depth = 1): unknown {
    if (isScalar(node)) return this.#scalar(node as ScalarNode);
    if (node === null || node === undefined) return null;
    if (isAlias(node)) return this.#follow(node, depth);
    if (depth > maxDepth) return this.#fault(depthFault(offsetOf(node as Node)));
    const value = isMap(node) ? this.#map(node, depth) : this.#list(node as Node, depth);
    return this.#register(node as Node, value);
  }

  #scalar(node: ScalarNode): unknown {
    const text = node.value;
    const value = node.type === 'PLAIN' ? this.#parsePlain(text) : text;
    if (isUnbounded(value)) this.#fault(unboundedFault(text, offsetOf(node)));
    return this.#register(node, value);
  }

  #list(node: Node, depth: number): unknown[] {
    return isSeq(node) ? node.items.map((item) => this.convert(item, depth + 1)) : [];
  }

  #map(node: YAMLMap, depth: number): object {
    const map = {};
    for (const { key, value } of node.items) {
      const name = this.#key(key, node);
      if (name === undefined) continue;
      if (Object.hasOwn(map, name)) this.#fault(duplicateKey(name, offsetOf(key as Node)));
      else define(map, name, this.convert(value, depth + 1));
    }
    return map;
  }

  /** Undefined if the key is at fault. */
  #key(key: unknown, map: YAMLMap): string | undefined {
    const offset = offsetOf((key ?? map) as Node);
    const isText = isScalar(key) && (key.value !== '' || key.type !== 'PLAIN');
    if (!isText) this.#fault(keyFault(offset));
    else if (key.value === '<<' && key.type === 'PLAIN') this.#fault(mergeFault(offset));
    else return this.#register(key as ScalarNode, key.value) as string;
    return undefined;
  }

  #register(node: Node, value: unknown): unknown {
    const { anchor } = node as Scalar;
    if (anchor === undefined) return value;
    this.linked = true;
    this.#anchors.set(anchor, value);
    return value;
  }

  #follow(node: Alias, depth: number): unknown {
    this.linked = true;
    if (!this.#anchors.has(node.source)) return this.#fault(unknownAnchor(node));
    // Reported already: the aliases that follow are symptoms.
    if (this.#aliased > aliasedLimit) return undefined;
    const value = this.#anchors.get(node.source);
    const problem = this.#measure(value, depth, offsetOf(node));
    return problem ? this.#fault(problem) : value;
  }

  /** Counts the values behind an alias: a few lines of nested aliases can stand for billions. */
  #measure(value: unknown, depth: number, offset: number): Fault | undefined {
    if (++this.#aliased > aliasedLimit) return aliasFault(offset);
    if (value === null || typeof value !== 'object') return undefined;
    if (depth > maxDepth) return depthFault(offset);
    for (const item of Object.values(value)) {
      const fault = this.#measure(item, depth + 1, offset);
      if (fault) return fault;
    }
    return undefined;
  }

  /** Returns undefined in the value's place: after a fault, no caller looks at it. */
  #fault(fault: Fault): unknown {
    this.faults.push(fault);
    return undefined;
  }
}

export const offsetOf = (node: Node): number => node.range?.[0] ?? 0;

/** An assignment would take `__proto__` for the prototype. */
function define(map: object, name: string, value: unknown): void {
  if (name === '__proto__') {
    Object.defineProperty(map, name, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  } else {
    (map as Record<string, unknown>)[name] = value;
  }
}

const duplicateKey = (name: string, offset: number): Fault => ({
  code: 'duplicate-key',
  message: `${quote(name)} is given twice in one map`,
  hint: 'keep one of the two',
  offset,
});

const keyFault = (offset: number): Fault => ({
  code: 'bad-key',
  message: 'a key must be text',
  hint: 'write name: value',
  offset,
});

const mergeFault = (offset: number): Fault => ({
  code: 'merge-key',
  message: 'merge keys (<<) are not supported: YAML 1.2 has dropped them',
  hint: 'write the fields out, or make several entries of one with for_each',
  offset,
});

const unboundedFault = (text: string, offset: number): Fault => ({
  code: 'not-a-number',
  message: `${text.slice(0, 40)} is not a number that a broker can hold`,
  hint: 'quote it if it is text',
  offset,
});

const unknownAnchor = (node: Alias): Fault => ({
  code: 'unknown-anchor',
  message: 'no anchor of this name precedes the alias',
  hint: 'quote text that begins with *',
  offset: offsetOf(node as Node),
});

const aliasFault = (offset: number): Fault => ({
  code: 'too-many-aliased',
  message: `the aliases expand to more than ${count(aliasedLimit)} values`,
  hint: 'make several entries of one with for_each',
  offset,
});
