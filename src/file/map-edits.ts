// Edits fields of one map in a text, in block or in flow style.
import type { YAMLMap } from 'yaml';
import { editFlow } from './flow-edits.ts';
import { endOf, fieldIn, startOf, type Field } from './node-range.ts';
import { renderFields } from './render-entry.ts';
import { renderPair, renderValue, type Style, type Written } from './render-scalar.ts';
import { columnOf, insertLines, lineStart, nextLine, type Edit } from './text-edit.ts';

/** A field's new value; undefined to remove it. */
export type Changes = ReadonlyMap<string, Written | undefined>;

/** Undefined if the map can't be edited in place and the entry has to be rewritten. */
export function editMap(
  text: string,
  map: YAMLMap,
  changes: Changes,
  style: Style,
): Edit[] | undefined {
  const added = new Map<string, Written>();
  const present: [Field, Written | undefined][] = [];
  for (const [name, value] of changes) {
    const field = fieldIn(map, name);
    if (field) present.push([field, value]);
    else if (value !== undefined) added.set(name, value);
  }
  return map.flow
    ? editFlowMap(text, map, present, added, style)
    : editBlockMap(text, map, present, added, style);
}

type Present = readonly [Field, Written | undefined][];

function editFlowMap(
  text: string,
  map: YAMLMap,
  present: Present,
  added: ReadonlyMap<string, Written>,
  style: Style,
): Edit[] {
  const items = map.items as Field[];
  const replaced = present.map(([field, value]): [number, string[]] => {
    const written = text.slice(startOf(field), endOf(field.key, text));
    return [
      items.indexOf(field),
      value === undefined ? [] : [`${written}: ${renderValue(value, style)}`],
    ];
  });
  const pairs = [...added].map(([name, value]) => renderPair(name, value, style));
  return editFlow(text, map, new Map(replaced), pairs, style.json ? '' : ' ');
}

function editBlockMap(
  text: string,
  map: YAMLMap,
  present: Present,
  added: ReadonlyMap<string, Written>,
  style: Style,
): Edit[] | undefined {
  const edits = present.map(([field, value]) =>
    value === undefined ? removeLines(text, field) : replaceValue(text, field, value, style),
  );
  if (added.size > 0) {
    const lines = renderFields(added, columnOf(text, startOf(map)), style);
    edits.push(insertLines(text, nextLine(text, endOf(map, text)), lines));
  }
  return edits.every((edit) => edit !== undefined) ? edits : undefined;
}

function replaceValue(text: string, { key, value }: Field, to: Written, style: Style): Edit {
  const rendered = renderValue(to, style);
  const start = startOf(value ?? key);
  const end = endOf(value ?? key, text);
  return { start, end, text: start === end ? ` ${rendered}` : rendered };
}

/** The first field of an entry shares its line with the dash. */
function removeLines(text: string, field: Field): Edit | undefined {
  const start = lineStart(text, startOf(field));
  if (text.slice(start, startOf(field)).trim() !== '') return undefined;
  return { start, end: nextLine(text, endOf(field, text)), text: '' };
}
