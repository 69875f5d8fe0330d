// Parses one file into plain values: its entries with their places, and everything else.
import { isMap, isScalar, isSeq, type Node, type Pair } from 'yaml';
import { isRecord } from '../topology/json.ts';
import { entrySections, type EntrySection } from './entry-sections.ts';
import { composeYaml } from './compose.ts';
import { Converter, offsetOf } from './convert.ts';
import { readQuickly } from './quick-entries.ts';
import type { Fault, Source } from './source.ts';
import { splitEntries, type Entry, type Piece } from './split.ts';

export interface ParsedFile {
  readonly source: Source;
  /** Everything but the entries: their lists are empty. */
  readonly head: Readonly<Record<string, unknown>>;
  readonly entries: Readonly<Record<EntrySection, readonly Entry[]>>;
}

/** The purpose that a file is given for. */
export type Use = keyof typeof maps;

export type Parsed =
  | { readonly kind: 'parsed'; readonly file: ParsedFile }
  | { readonly kind: 'faulty'; readonly faults: readonly Fault[] };

export function parseFile(source: Source, use: Use = 'topology'): Parsed {
  return parsePieces(source) ?? parseWhole(source, use);
}

/**
 * Undefined if the pieces alone can't tell: then the whole file is read at once, with exact errors.
 */
export function parsePieces(source: Source): Parsed | undefined {
  const split = splitEntries(source.text);
  if (split === undefined || split.pieces.length === 0) return undefined;
  const rest = parseUnlinked(split.rest);
  if (rest === undefined || !isRecord(rest.value)) return undefined;
  const headings = new Set(split.pieces.map((piece) => piece.section));
  if ([...headings].some((section) => (rest.value as Head)[section] !== null)) return undefined;
  const file = toFile(source, rest.root, rest.value);
  for (const section of headings) file.head[section] = [];
  for (const piece of split.pieces) {
    const found = readQuickly(source.text, piece) ?? parsePiece(source.text, piece);
    if (found === undefined) return undefined;
    for (const entry of found) file.entries[piece.section].push(entry);
  }
  return { kind: 'parsed', file };
}

/** In a whole file, entries are nested this deep. */
const depthOfLists = 2;

export function parsePiece(text: string, { start, end }: Piece): Entry[] | undefined {
  const parsed = parseUnlinked(text.slice(start, end), depthOfLists);
  if (parsed === undefined || !isSeq(parsed.root)) return undefined;
  return toEntries(parsed.root.items, parsed.value as unknown[], start);
}

/** Undefined after a fault, or with aliases that may reach beyond the text. */
function parseUnlinked(text: string, depth = 1): { root: Node | null; value: unknown } | undefined {
  const { root, faults } = composeYaml(text);
  if (faults.length > 0) return undefined;
  const converter = new Converter();
  const value = converter.convert(root, depth);
  return converter.linked || converter.faults.length > 0 ? undefined : { root, value };
}

export function parseWhole(source: Source, use: Use = 'topology'): Parsed {
  const { root, faults } = composeYaml(source.text);
  if (faults.length > 0) return { kind: 'faulty', faults };
  const converter = new Converter();
  const value = converter.convert(root) ?? {};
  if (converter.faults.length > 0) return { kind: 'faulty', faults: converter.faults };
  if (!isRecord(value)) return { kind: 'faulty', faults: [notAMap(root, use)] };
  return { kind: 'parsed', file: toFile(source, root, value) };
}

type Head = Record<string, unknown>;

/** Moves the entries out of the head. */
function toFile(source: Source, root: Node | null, head: Head) {
  const entries = Object.fromEntries(entrySections.map((name) => [name, []])) as unknown as Record<
    EntrySection,
    Entry[]
  >;
  for (const { key, value } of isMap(root) ? root.items : []) {
    const section = entrySections.find((name) => isScalar(key) && key.value === name);
    if (section !== undefined) entries[section] = takeEntries(head, section, value as Node);
  }
  return { source, head, entries };
}

/** All entries of a list behind an alias stand at the alias. */
function takeEntries(head: Head, section: EntrySection, list: Node): Entry[] {
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

const maps = {
  topology: {
    message: 'a topology file is a map of lists: exchanges, queues, bindings',
    hint: 'write exchanges: and its entries below it',
  },
  variables: {
    message: 'a variable file is a map of names to values',
    hint: 'write name: value, each on its own line',
  },
  environment: {
    message: 'a file of an environment is a map: variables, endpoint_env, expect, files',
    hint: 'write name: value, each on its own line',
  },
  job: {
    message: 'a job file is a map: name, shards, rounds, local_steps',
    hint: 'write name: value, each on its own line',
  },
  sweep: {
    message: 'a sweep file is a map: name, task, and grid or random',
    hint: 'write name: value, each on its own line',
  },
};

function notAMap(root: Node | null, use: Use): Fault {
  return { code: 'not-a-map', ...maps[use], offset: root ? offsetOf(root) : 0 };
}
