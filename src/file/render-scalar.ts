// Renders values as YAML text that reads back as exactly the same value.
import { escapeChar, renderJson, unprintable } from '../topology/json.ts';
import { renderNumber, type Value } from '../topology/value.ts';
import { escapeExpressions } from './expression.ts';
import { isPlainText } from './scalar.ts';

/** The style of the text around it. */
export interface Style {
  /** Whether ${ in a text would be read as an expression, and has to be escaped. */
  readonly expressions: boolean;
  /** Whether the file is JSON. */
  readonly json: boolean;
}

/** A text with expressions, written as it is. */
export class Spelled {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}
/** The fields of an entry, as they will be written. */
export type Fields = ReadonlyMap<string, Value | Spelled>;
export type Written = Value | Spelled | Fields | readonly Fields[];

export const yamlStyle: Style = { expressions: true, json: false };

/** Texts that need no quotes anywhere: neither in a flow map nor for YAML 1.1. */
const plain = /^[A-Za-z_/](?:[\w./-]| (?=[\w./-]))*$/;
const oldBooleans = /^(?:y|n|yes|no|on|off)$/i;
const needsEscapes = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|##\w*\[/u;

/** A value on one line, maps and lists in brackets. */
export function renderValue(value: Written, style: Style): string {
  if (value instanceof Spelled) return renderText(value.text, style);
  if (typeof value === 'string') {
    return renderText(style.expressions ? escapeExpressions(value) : value, style);
  }
  if (value === null || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return renderList(value as Written[], style);
  if (value instanceof Map) return renderTable(value as Fields, style);
  return renderNumber(value as number);
}

/** A key is never an expression. */
export function renderKey(key: string, style: Style): string {
  return renderText(key, style);
}

function renderList(list: readonly Written[], style: Style): string {
  return `[${list.map((item) => renderValue(item, style)).join(', ')}]`;
}

function renderTable(table: Fields, style: Style): string {
  if (table.size === 0) return '{}';
  const pairs = [...table].map(([key, value]) => renderPair(key, value, style));
  return style.json ? `{${pairs.join(', ')}}` : `{ ${pairs.join(', ')} }`;
}

/** A field inside brackets. */
export function renderPair(key: string, value: Written, style: Style): string {
  return `${renderKey(key, style)}: ${renderValue(value, style)}`;
}

/** A line of its own; a line break in the text is escaped, too. */
export function renderComment(text: string, column = 0): string {
  const line = text.replace(/[\u0000-\u001f]/g, escapeChar).replace(unprintable, escapeChar);
  return `${' '.repeat(column)}# ${line}`.trimEnd() + '\n';
}

function renderText(text: string, { json }: Style): string {
  if (json || needsEscapes.test(text)) return renderJson(text);
  if (plain.test(text) && isPlainText(text) && !oldBooleans.test(text)) return text;
  return `'${text.replaceAll("'", "''")}'`;
}
