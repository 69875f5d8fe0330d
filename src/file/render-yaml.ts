// Renders objects as a topology file.
import type { Section } from '../topology/kinds/kind.ts';
import { kindOf, kinds, ownableKinds, sections } from '../topology/kinds/kinds.ts';
import { canonicalObject } from '../topology/normal-form.ts';
import { isBinding, type TopologyObject } from '../topology/object.ts';
import type { Owned } from '../topology/scope.ts';
import { foldSuperStreams, type SuperStream } from '../topology/super-stream.ts';
import type { Value } from '../topology/value.ts';
import { superStreams, type EntrySection } from './entry-sections.ts';
import {
  fieldsOf,
  renderEntry,
  renderFields,
  superStreamFields,
  type Defaults,
} from './render-entry.ts';
import { renderComment, renderPair, yamlStyle, type Fields } from './render-scalar.ts';

export interface YamlOptions extends Defaults {
  readonly vhost: string;
  readonly manage?: Owned | 'all';
  /** Such as topo 0.1.0. Marks the file: odd values in it are warnings. */
  readonly exportedBy?: string;
  /** Comment lines at the top. */
  readonly header?: string;
}

/** The same objects give the same text, in whatever order they come. */
export function renderYaml(objects: readonly TopologyObject[], options: YamlOptions): string {
  return [
    comment(options.header),
    renderExportedBy(options.exportedBy),
    `${renderPair('vhost', options.vhost, yamlStyle)}\n`,
    renderManage(options.manage),
    ...entriesOf(objects, options).map(renderSection),
  ].join('');
}

export function bySection(objects: readonly TopologyObject[]): [Section, TopologyObject[]][] {
  const sorted = inOrder(objects);
  return sections
    .map((section): [Section, TopologyObject[]] => [
      section,
      sorted.filter((object) => kindOf(object).section === section),
    ])
    .filter(([, list]) => list.length > 0);
}

/** By vhost, then by the names that people look for. */
function inOrder<T extends TopologyObject>(objects: readonly T[]): T[] {
  const keyed = objects.map((object) => ({ object, key: sortKey(object) }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)));
  return keyed.map(({ object }) => object);
}

function sortKey(object: TopologyObject): string {
  const names = kindOf(object).namesOf(object);
  const tie = isBinding(object) ? [object.routing_key, canonicalObject(object)] : [];
  return [object.vhost, ...names, ...tie].join('\0');
}

/** The entries that declare the objects, by the lists of a file. `fold`: super streams. */
export function entriesOf(
  objects: readonly TopologyObject[],
  defaults: Defaults,
  { fold = true } = {},
): [EntrySection, Fields[]][] {
  const { streams, others } = fold ? foldSuperStreams(objects) : { streams: [], others: objects };
  const lists = bySection(others).map(([section, list]): [EntrySection, Fields[]] => [
    section,
    list.map((object) => fieldsOf(object, defaults)),
  ]);
  if (streams.length === 0) return lists;
  const sorted = [...streams].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  return [...lists, [superStreams, sorted.map((stream) => superStreamFields(stream, defaults))]];
}

const keyOf = ({ vhost, name }: SuperStream): string => [vhost, name].join('\0');

function renderSection([section, entries]: [EntrySection, Fields[]]): string {
  const rendered = entries.map((entry) => renderEntry(entry, 2, yamlStyle));
  return `\n${section}:\n${rendered.join('')}`;
}

const renderExportedBy = (program: string | undefined): string =>
  program === undefined ? '' : `${renderPair('exported_by', program, yamlStyle)}\n`;

function renderManage(manage: YamlOptions['manage']): string {
  if (manage === undefined) return '';
  if (manage === 'all') return '\nmanage: all\n';
  const owned: [string, Value][] = [
    ...ownableKinds.map((kind): [string, Value] => [kinds[kind].section, manage[kind] ?? []]),
    ['bindings_into', manage.bindings_into],
  ];
  const patterns = new Map(owned.filter(([, list]) => (list as readonly string[]).length > 0));
  return patterns.size === 0 ? '' : `\nmanage:\n${renderFields(patterns, 2, yamlStyle)}`;
}

function comment(header = ''): string {
  const lines = header === '' ? [] : header.split('\n');
  return lines.map((line) => renderComment(line)).join('');
}
