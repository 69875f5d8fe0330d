// One file as plain values: its entries with their places, and everything else.
import { isMap, isScalar, isSeq, type Node, type Pair } from 'yaml';
import { composeYaml } from './compose.ts';
import { Converter, offsetOf } from './convert.ts';
import type { Fault, Source } from './source.ts';
import { sections, splitEntries, type Piece, type Section } from './split.ts';

/** An entry of a list, and where its text stands. */
export interface Entry {
  readonly value: unknown;
  readonly start: number;
  readonly end: number;
}

export interface ParsedFile {
  readonly source: Source;
  /** Everything but the entries: in their place are empty lists. */
  readonly head: Readonly<Record<string, unknown>>;
  readonly entries: Readonly<Record<Section, readonly Entry[]>>;
}

export type Parsed =
  | { readonly kind: 'parsed'; readonly file: ParsedFile }
  | { readonly kind: 'faulty'; readonly faults: readonly Fault[] };

export function parseFile(source: Source): Parsed {
  return parsePieces(source) ?? parseWhole(source);
}

/** Undefined where the pieces alone can't tell: then the whole file is read at once, with exact errors. */
export function parsePieces(source: Source): Parsed | undefined {
  const split = splitEntries(source.text);
  if (split === undefined || split.pieces.length === 0) return undefined;
  const rest = parseText(new Converter(), split.rest);
  if (rest === undefined || !isRecord(rest.value)) return undefined;
  const head = rest.value;
  const entries = noEntries();
  for (const piece of split.pieces) {
    if (head[piece.section] !== null && !Array.isArray(head[piece.section])) return undefined;
    const found = parsePiece(source.text, piece);
    if (found === undefined) return undefined;
    head[piece.section] = [];
    for (const entry of found) entries[piece.section].push(entry);
  }
  return { kind: 'parsed', file: { source, head, entries } };
}

function parsePiece(text: string, { start, end }: Piece): Entry[] | undefined {
  const parsed = parseText(new Converter(), text.slice(start, end));
  if (parsed === undefined || !isSeq(parsed.root)) return undefined;
  return toEntries(parsed.root.items, parsed.value as unknown[], start);
}

function parseText(
  converter: Converter,
  text: string,
): { root: Node | null; value: unknown } | undefined {
  const { root, faults } = composeYaml(text);
  if (faults.length > 0) return undefined;
  const value = converter.convert(root);
  return converter.linked || converter.faults.length > 0 ? undefined : { root, value };
}

export function parseWhole(source: Source): Parsed {
  const { root, faults } = composeYaml(source.text);
  if (faults.length > 0) return { kind: 'faulty', faults };
  const converter = new Converter();
  const value = converter.convert(root) ?? {};
  if (converter.faults.length > 0) return { kind: 'faulty', faults: converter.faults };
  if (!isRecord(value)) return { kind: 'faulty', faults: [notAMap(root)] };
  const entries = noEntries();
  for (const { key, value: list } of isMap(root) ? root.items : []) {
    const section = sections.find((name) => isScalar(key) && key.value === name);
    if (section !== undefined) entries[section] = takeEntries(value, section, list as Node);
  }
  return { kind: 'parsed', file: { source, head: value, entries } };
}

/** Takes the entries out of the head. A list that an alias stands for has all its entries at the alias. */
function takeEntries(head: Record<string, unknown>, section: Section, list: Node): Entry[] {
  const values = head[section];
  if (!Array.isArray(values)) return [];
  head[section] = [];
  const nodes = isSeq(list) ? list.items : values.map(() => list);
  return toEntries(nodes, values, 0);
}

function toEntries(nodes: readonly unknown[], values: readonly unknown[], start: number): Entry[] {
  return values.map((value, index) => {
    const node = nodes[index] as Node | Pair;
    const range = 'range' in node ? node.range : undefined;
    return { value, start: start + (range?.[0] ?? 0), end: start + (range?.[1] ?? 0) };
  });
}

function notAMap(root: Node | null): Fault {
  return {
    code: 'not-a-map',
    message: 'a topology file is a map of lists: exchanges, queues, bindings',
    hint: 'Write exchanges: and its entries below it.',
    offset: root ? offsetOf(root) : 0,
  };
}

const noEntries = (): Record<Section, Entry[]> => ({ exchanges: [], queues: [], bindings: [] });

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
