// Edits a list of entries in a text: entries that stay keep every byte.
import { isSeq, type Node, type YAMLSeq } from 'yaml';
import { editFlow } from './flow-edits.ts';
import { endOf, startOf, type Field } from './node-range.ts';
import { renderEntry } from './render-entry.ts';
import { renderValue, type Fields, type Style } from './render-scalar.ts';
import { applyEdits, columnOf, insertLines, lineStart, nextLine, type Edit } from './text-edit.ts';

/** What happens to an entry. */
export type Fate =
  | { readonly kind: 'stays' }
  | { readonly kind: 'edited'; readonly edits: readonly Edit[] }
  /** By these entries in its place; by none to remove it. */
  | { readonly kind: 'replaced'; readonly by: readonly Fields[] };

export interface ListChange {
  /** The list's key and value in the text. */
  readonly field: Field;
  /** One for each entry. */
  readonly fates: readonly Fate[];
  readonly added: readonly Fields[];
}

export function editList(text: string, change: ListChange, style: Style): Edit[] {
  const list = change.field.value;
  if (change.fates.every(({ kind }) => kind === 'stays') && change.added.length === 0) return [];
  if (!isSeq(list)) return fillEmpty(text, change, style);
  if (list.flow && (style.json || list.items.length > 0)) {
    return editFlowList(text, list, change, style);
  }
  const isEmpty = change.fates.every((fate) => fate.kind === 'replaced' && fate.by.length === 0);
  if (!isEmpty) return editBlockList(text, list, change, style);
  return fillEmpty(text, change, style);
}

/** For a list that has no entries, or loses all of them. */
function fillEmpty(text: string, { field, added }: ListChange, style: Style): Edit[] {
  const start = text.indexOf(':', endOf(field.key, text)) + 1;
  const end = Math.max(start, endOf(field, text));
  if (added.length === 0) return [{ start, end, text: ' []' }];
  const lines = added.map((entry) => renderEntry(entry, 2, style)).join('');
  return [{ start, end, text: `\n${lines.trimEnd()}` }];
}

function editBlockList(
  text: string,
  list: YAMLSeq,
  { fates, added }: ListChange,
  style: Style,
): Edit[] {
  const indent = columnOf(text, startOf(list as Node));
  const edits = fates.flatMap((fate, index): readonly Edit[] => {
    if (fate.kind === 'stays') return [];
    if (fate.kind === 'edited') return fate.edits;
    return [replaceLines(text, list.items[index] as Node, indent, fate.by, style)];
  });
  if (added.length === 0) return edits;
  const lines = added.map((entry) => renderEntry(entry, indent, style)).join('');
  return [...edits, insertLines(text, nextLine(text, endOf(list as Node, text)), lines)];
}

/** A removed entry takes the comment right above it along. */
function replaceLines(
  text: string,
  item: Node,
  indent: number,
  by: readonly Fields[],
  style: Style,
): Edit {
  const dash = dashLine(text, startOf(item), indent);
  const end = nextLine(text, Math.max(startOf(item), endOf(item, text)));
  const lines = by.map((entry) => renderEntry(entry, indent, style)).join('');
  const start = by.length > 0 ? dash : commentStart(text, dash, indent);
  return { start, end, text: lines };
}

/** An entry may begin some lines below its dash. */
function dashLine(text: string, offset: number, indent: number): number {
  let start = lineStart(text, offset);
  while (start > 0 && !isAtColumn(text, start, indent, '-')) start = lineStart(text, start - 1);
  return start;
}

function commentStart(text: string, line: number, indent: number): number {
  let start = line;
  while (start > 0) {
    const above = lineStart(text, start - 1);
    if (!isAtColumn(text, above, indent, '#')) break;
    start = above;
  }
  return start;
}

function isAtColumn(text: string, line: number, column: number, char: string): boolean {
  return text[line + column] === char && text.slice(line, line + column).trim() === '';
}

/** Edits entries first: a flow list is assembled from whole texts. */
function editFlowList(
  text: string,
  list: YAMLSeq,
  { fates, added }: ListChange,
  style: Style,
): Edit[] {
  const replaced = fates.map((fate, index): [number, readonly string[]] | undefined => {
    if (fate.kind === 'stays') return undefined;
    if (fate.kind === 'replaced') return [index, fate.by.map((entry) => renderValue(entry, style))];
    return [index, [editedText(text, list.items[index] as Node, fate.edits)]];
  });
  const entries = added.map((entry) => renderValue(entry, style));
  return editFlow(text, list, new Map(replaced.filter((item) => item !== undefined)), entries, '');
}

function editedText(text: string, item: Node, edits: readonly Edit[]): string {
  const [start, end] = [startOf(item), endOf(item, text)];
  const moved = edits.map((edit) => ({
    ...edit,
    start: edit.start - start,
    end: edit.end - start,
  }));
  return applyEdits(text.slice(start, end), moved);
}
