// Finds the place of a path such as queues[3].durable in the text. Keeps no nodes for this, but
// parses the entry a second time.
import { isMap, isNode, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';
import type { Position, Problem } from '../topology/problem.ts';
import { entrySections } from './entry-sections.ts';
import { composeYaml } from './compose.ts';
import { startOf } from './node-range.ts';
import type { ParsedFile } from './parse-file.ts';
import { splitEntries } from './split.ts';

export type Path = readonly (string | number)[];

/** Which part of the field: its value, its name, or a text within its value. */
export type Spot = 'value' | 'key' | { readonly text: string };

/** A problem with a field, before its place in the text is known. */
export interface FieldProblem extends Omit<Problem, 'at'> {
  readonly path: Path;
  readonly spot: Spot;
}

/** After this many problems in one file, the place of the entry is enough. */
const mostLocated = 1000;

export class Locator {
  readonly #file: ParsedFile;
  #head: Node | null | undefined;
  #entry: { readonly start: number; readonly root: Node | null } | undefined;
  #located = 0;
  readonly #pairs = new WeakMap<YAMLMap, Map<unknown, Pair>>();

  constructor(file: ParsedFile) {
    this.#file = file;
  }

  at(path: Path, spot: Spot = 'value'): Position {
    return this.#file.source.at(this.#offset(path, spot));
  }

  /** The spelling of a plain scalar beside the entries; undefined for anything else. */
  spelling(path: Path): string | undefined {
    let node: unknown = this.#headRoot();
    for (const part of path) node = isMap(node) && this.#pairOf(node, String(part))?.value;
    return isScalar(node) && node.type === 'PLAIN' ? String(node.value) : undefined;
  }

  #headRoot(): Node | null {
    this.#head ??= composeYaml(this.#headText()).root;
    return this.#head;
  }

  #offset([first, second, ...fields]: Path, spot: Spot): number {
    const section = entrySections.find((name) => name === first);
    const entry = section && this.#file.entries[section][Number(second)];
    if (entry) return this.#inEntry(entry.start, entry.end, fields, spot);
    const path = [first, second, ...fields].filter((part) => part !== undefined);
    return this.#find(this.#headRoot(), path, spot, 0);
  }

  #headText(): string {
    const { text } = this.#file.source;
    return splitEntries(text)?.rest ?? text;
  }

  /** Parses a block map at its own column, as its first line has lost the others' indentation. */
  #inEntry(start: number, end: number, path: Path, spot: Spot): number {
    if (path.length === 0 || ++this.#located > mostLocated) return start;
    const { text } = this.#file.source;
    const isFlow = text[start] === '{';
    const indent = isFlow ? 0 : start - (text.lastIndexOf('\n', start - 1) + 1);
    if (this.#entry?.start !== start) {
      const { root } = composeYaml(' '.repeat(indent) + text.slice(start, end));
      this.#entry = { start, root };
    }
    const { root } = this.#entry;
    return root === null ? start : this.#find(root, path, spot, start - indent);
  }

  #find(root: Node | null, path: Path, spot: Spot, base: number): number {
    let node: unknown = root;
    let offset = root === null ? 0 : startOf(root);
    for (const [index, part] of path.entries()) {
      const pair = isMap(node) ? this.#pairOf(node, String(part)) : undefined;
      if (!pair && !isSeq(node)) break;
      const isLast = index === path.length - 1;
      if (pair && isLast && spot === 'key') return base + startOf(pair.key as Node);
      node = pair ? (pair.value ?? pair.key) : isSeq(node) && node.items[Number(part)];
      if (isNode(node)) offset = startOf(node);
    }
    return base + offset + within(this.#file.source.text, node, base, spot);
  }

  #pairOf(map: YAMLMap, name: string): Pair | undefined {
    let pairs = this.#pairs.get(map);
    if (pairs === undefined) {
      pairs = new Map(map.items.map((pair) => [isScalar(pair.key) && pair.key.value, pair]));
      this.#pairs.set(map, pairs);
    }
    return pairs.get(name);
  }
}

/** The offset of a text within a scalar; 0 if escapes hide it. */
function within(text: string, node: unknown, base: number, spot: Spot): number {
  if (typeof spot === 'string' || !isScalar(node)) return 0;
  const [start, end] = (node as Node).range ?? [0, 0];
  return Math.max(0, text.slice(base + start, base + end).indexOf(spot.text));
}
