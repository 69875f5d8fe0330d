// Edits flow collections: { … } and [ … ].
import type { Node, YAMLMap, YAMLSeq } from 'yaml';
import { endOf, startOf, type Field } from './node-range.ts';
import { columnOf, type Edit } from './text-edit.ts';

/** The new text of an item: several for one that is expanded, none for one that is removed. */
export type Replaced = ReadonlyMap<number, readonly string[]>;

/** Leaves items that stay untouched. `pad` goes inside brackets that were empty. */
export function editFlow(
  text: string,
  list: YAMLMap | YAMLSeq,
  replaced: Replaced,
  added: readonly string[],
  pad: string,
): Edit[] {
  const items = (list.items as (Node | Field)[]).map((item) => ({
    start: startOf(item),
    end: endOf(item, text),
  }));
  const separator = separatorOf(text, list, items);
  const lastKept = items.findLastIndex((_, index) => replaced.get(index)?.length !== 0);
  const edits = [...replaced].flatMap(([index, texts]): Edit[] => {
    const [item, next] = [items[index], items[index + 1]];
    if (item === undefined || index > lastKept) return [];
    if (texts.length > 0) return [{ ...item, text: texts.join(separator) }];
    return [{ start: item.start, end: next?.start ?? item.end, text: '' }];
  });
  return [...edits, ...editTail(list, items, lastKept, added, separator, pad)];
}

interface Range {
  readonly start: number;
  readonly end: number;
}

/** Edits what follows the last item that stays. */
function editTail(
  list: YAMLMap | YAMLSeq,
  items: readonly Range[],
  lastKept: number,
  added: readonly string[],
  separator: string,
  pad: string,
): Edit[] {
  const last = items.at(-1);
  if (last === undefined) {
    const start = startOf(list) + 1;
    return added.length === 0
      ? []
      : [{ start, end: start, text: pad + added.join(separator) + pad }];
  }
  const kept = items[lastKept];
  if (kept === undefined)
    return [{ start: items[0]?.start ?? 0, end: last.end, text: added.join(separator) }];
  const text = added.map((item) => separator + item).join('');
  return kept === last && text === '' ? [] : [{ start: kept.end, end: last.end, text }];
}

/** A comma, with a line break if the first item has a line of its own. */
function separatorOf(text: string, list: YAMLMap | YAMLSeq, items: readonly Range[]): string {
  const first = items[0];
  const isOneLine = !first || !text.slice(startOf(list), first.start).includes('\n');
  return isOneLine ? ', ' : `,\n${' '.repeat(columnOf(text, first.start))}`;
}
