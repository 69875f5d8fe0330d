// Renders a whole topology as one file: variables, for_each and overlays resolved, secrets as
// ${env:…}. It plans to the same as the files it comes from.
import type { Desired } from '../topology/desired.ts';
import { addressOfVhost } from '../topology/address.ts';
import { addressOf } from '../topology/identity.ts';
import { renderJson } from '../topology/json.ts';
import { kindOf } from '../topology/kinds/kinds.ts';
import { foldSuperStreams } from '../topology/super-stream.ts';
import { toTable, type Value } from '../topology/value.ts';
import { entrySections, superStreams } from './entry-sections.ts';
import { escapeExpressions } from './expression.ts';
import { mergeExpectations, mergeScopes } from './merge-heads.ts';
import { fieldsOf, renderEntry, renderFields, superStreamFields } from './render-entry.ts';
import { renderPair, Spelled, yamlStyle, type Fields, type Written } from './render-scalar.ts';
import type { Resolved } from './resolved.ts';
import { SecretKeeper } from './secret-fields.ts';

export interface Rendered {
  /** The sections of the file, in their order. */
  readonly document: ReadonlyMap<string, Written>;
  /** The secrets that the files hold, each with the environment variable that stands for it now. */
  readonly secrets: SecretKeeper['named'];
}

/**
 * `exportedBy`: set if a file is an export. Throws InvalidInput if one file can't say it all.
 */
export function resolveTopology(
  desired: Desired,
  resolved: Resolved,
  exportedBy: string | undefined,
): Rendered {
  const owned = mergeScopes(desired.scopes);
  const vhost = owned?.vhost ?? [...desired.vhosts.keys()][0] ?? '/';
  const keeper = new SecretKeeper();
  const types = typesBeside(desired);
  const document = new Map<string, Written | undefined>([
    ['exported_by', exportedBy],
    ['vhost', vhost],
    ['default_queue_type', types.get(vhost)],
    ['expect', mergeExpectations(desired.expectations)],
    ['manage', owned?.manage],
    ['protect', owned?.protect],
    ...listsOf(desired, resolved, vhost, keeper),
    ['outputs', desired.outputs],
    ['harness', harnessOf(desired, vhost)],
  ]);
  const isSaid = (value: Written | undefined): value is Written =>
    value !== undefined && !(value instanceof Map && value.size === 0);
  const said = [...document].flatMap(([name, value]): [string, Written][] =>
    isSaid(value) ? [[name, value]] : [],
  );
  return { document: new Map(said), secrets: keeper.named };
}

type Lists = Map<string, Fields[]>;

function listsOf(desired: Desired, { kept }: Resolved, vhost: string, keeper: SecretKeeper): Lists {
  const lists: Lists = new Map();
  const renamed = new Map([...(desired.renames ?? [])].map(([, { to, from }]) => [to, from]));
  const { streams, others } = foldSuperStreams(
    [...desired.objects.values()].map(({ object }) => object),
  );
  for (const object of others) {
    const { section } = kindOf(object);
    const fields = fieldsOf(object, { vhost, secrets: keeper });
    const from = renamed.get(addressOf(object));
    const all = from === undefined ? fields : new Map([...fields, ['renamed_from', from]]);
    add(lists, section, keeper.hide(section, all, kept.get(addressOf(object))));
  }
  for (const stream of streams) add(lists, superStreams, superStreamFields(stream, { vhost }));
  for (const [name, type] of typesBeside(desired))
    if (name !== vhost) add(lists, 'vhosts', toTable({ name, default_queue_type: type }));
  const inOrder = entrySections.map((section) => [section, lists.get(section) ?? []] as const);
  return new Map(inOrder.filter(([, list]) => list.length > 0));
}

function add(lists: Lists, section: string, fields: Fields): void {
  const list = lists.get(section);
  if (list) list.push(fields);
  else lists.set(section, [fields]);
}

/** Vhosts whose default queue type is known from a file that is about them alone. */
function typesBeside({ expectedTypes, objects }: Desired): Map<string, string> {
  const types = [...expectedTypes].filter(([name]) => !objects.has(addressOfVhost(name)));
  return new Map(types.map(([name, { type }]) => [name, type]));
}

function harnessOf({ harness }: Desired, own: string): Fields | undefined {
  if (harness === undefined) return undefined;
  const { vhost, ...roles } = harness.section;
  return toTable({ ...(vhost !== own && { vhost }), ...roles });
}

/** `header`: comment lines at the top. */
export function renderDocument({ document }: Rendered, header: string): string {
  const comment = header.split('\n').map((line) => `# ${renderJson(line).slice(1, -1)}\n`);
  const blocks = [...document].map(([name, value]) => renderBlock(name, value));
  return [...comment, ...blocks].join('');
}

function renderBlock(name: string, value: Written): string {
  if (Array.isArray(value)) {
    const entries = (value as Fields[]).map((entry) => renderEntry(entry, 2, yamlStyle));
    return `\n${name}:\n${entries.join('')}`;
  }
  if (value instanceof Map) return `\n${name}:\n${renderFields(value as Fields, 2, yamlStyle)}`;
  return `${renderPair(name, value, yamlStyle)}\n`;
}

/** The same as JSON, which is a topology file, too. */
export const renderDocumentJson = ({ document }: Rendered): string =>
  `${renderJson(asWritten(document as Fields), 2)}\n`;

function asWritten(value: Written): Value {
  if (value instanceof Spelled) return value.text;
  if (typeof value === 'string') return escapeExpressions(value);
  if (Array.isArray(value)) return (value as readonly Written[]).map(asWritten);
  if (value instanceof Map) {
    return new Map([...(value as Fields)].map(([key, item]) => [key, asWritten(item)]));
  }
  return value as Value;
}
