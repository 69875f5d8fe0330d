// Renders objects as a topology file, or as definitions for RabbitMQ's import.
import { renderJson } from '../topology/json.ts';
import type { Section } from '../topology/kinds/kind.ts';
import { kindOf, kinds, sections } from '../topology/kinds/kinds.ts';
import { canonicalObject, toFields } from '../topology/normal-form.ts';
import { endKinds, isBinding, type TopologyObject } from '../topology/object.ts';
import type { Owned } from '../topology/scope.ts';
import type { Value } from '../topology/value.ts';
import { fieldsOf, renderEntry, renderFields, type Defaults } from './render-entry.ts';
import { renderPair, yamlStyle } from './render-scalar.ts';

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
    ...bySection(objects).map(([section, list]) => renderSection(section, list, options)),
  ].join('');
}

export interface DefinitionsOptions {
  /** The broker's version. It also tells topo that the file has no expressions. */
  readonly version: string;
  /** Vhosts to create if they don't exist, with their default queue types. */
  readonly vhosts: ReadonlyMap<string, string>;
}

/** What `POST /definitions` accepts, on an empty broker, too. */
export function renderDefinitions(
  objects: readonly TopologyObject[],
  { version, vhosts }: DefinitionsOptions,
): string {
  const lists = bySection(objects).map(([section, list]) => [section, list.map(toFields)]);
  const definitions = { rabbit_version: version, rabbitmq_version: version };
  const places = [...vhosts].map(([name, type]) => renderVhost(name, type));
  const sections = Object.fromEntries(lists) as Record<string, unknown>;
  const all = { ...definitions, vhosts: places, ...sections };
  return `${renderJson(all, 2)}\n`;
}

function renderVhost(name: string, type: string): object {
  return type === 'classic' ? { name } : { name, metadata: { default_queue_type: type } };
}

function bySection(objects: readonly TopologyObject[]): [Section, TopologyObject[]][] {
  const sorted = inOrder(objects);
  return sections
    .map((section): [Section, TopologyObject[]] => [
      section,
      sorted.filter((object) => kindOf(object).section === section),
    ])
    .filter(([, list]) => list.length > 0);
}

/** By vhost, then by the names that people look for. */
export function inOrder<T extends TopologyObject>(objects: readonly T[]): T[] {
  const keyed = objects.map((object) => ({ object, key: sortKey(object) }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)));
  return keyed.map(({ object }) => object);
}

function sortKey(object: TopologyObject): string {
  const names = kindOf(object).namesOf(object);
  const tie = isBinding(object) ? [object.routing_key, canonicalObject(object)] : [];
  return [object.vhost, ...names, ...tie].join('\0');
}

function renderSection(
  section: Section,
  list: readonly TopologyObject[],
  defaults: Defaults,
): string {
  const entries = list.map((object) => renderEntry(fieldsOf(object, defaults), 2, yamlStyle));
  return `\n${section}:\n${entries.join('')}`;
}

const renderExportedBy = (program: string | undefined): string =>
  program === undefined ? '' : `${renderPair('exported_by', program, yamlStyle)}\n`;

function renderManage(manage: YamlOptions['manage']): string {
  if (manage === undefined) return '';
  if (manage === 'all') return '\nmanage: all\n';
  const owned: [string, Value][] = [
    ...endKinds.map((kind): [string, Value] => [kinds[kind].section, manage[kind]]),
    ['bindings_into', manage.bindings_into],
  ];
  const patterns = new Map(owned.filter(([, list]) => (list as readonly string[]).length > 0));
  return patterns.size === 0 ? '' : `\nmanage:\n${renderFields(patterns, 2, yamlStyle)}`;
}

function comment(header = ''): string {
  const lines = header === '' ? [] : header.split('\n');
  return lines.map((line) => `# ${renderJson(line).slice(1, -1)}`.trimEnd() + '\n').join('');
}
