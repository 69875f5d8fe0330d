// Reads what shows which plugins a broker has.
import type { Kind } from '../topology/object.ts';
import type { PluginTraces } from '../topology/plugins.ts';
import type { Client } from './client.ts';
import { forgo } from './forgo.ts';
import { anything, maybe, object, parseRows, text } from './shape.ts';

/** The kinds that need plugins. */
const needing: readonly Kind[] = ['policy', 'operator_policy', 'parameter'];

type Traces = Pick<PluginTraces, 'applications' | 'scripts'>;

/** Reads nothing unless objects of such a kind are wanted. */
export async function readPlugins(client: Client, wanted: ReadonlySet<Kind>): Promise<Traces> {
  if (!needing.some((kind) => wanted.has(kind))) return {};
  const [applications, scripts] = await Promise.all([
    readApplications(client).catch(forgo),
    readScripts(client).catch(forgo),
  ]);
  return { applications, scripts };
}

interface NodeRow {
  readonly running?: unknown;
  /** Missing for some seconds after the node has booted. */
  readonly applications?: readonly { readonly name: string }[];
}

const isNamed = (row: unknown): boolean =>
  object(row) && text((row as { readonly name?: unknown }).name);
const isList = (value: unknown): boolean => Array.isArray(value) && value.every(isNamed);
const parseNodes = parseRows<NodeRow>({ running: anything, applications: maybe(isList) });

/** Needs the tag monitoring. Undefined if a node doesn't say what it runs. */
async function readApplications(client: Client): Promise<ReadonlySet<string> | undefined> {
  const rows = await client.readList('nodes?columns=name,running,applications', parseNodes);
  const known = rows
    .filter(({ running }) => running !== false)
    .map(({ applications = [] }) => new Set(applications.map(({ name }) => name)));
  if (known.length === 0 || known.some((names) => !names.has('rabbit'))) return undefined;
  return new Set(known.flatMap((names) => [...names]));
}

const parseExtensions = parseRows<{ javascript?: unknown }>({ javascript: anything });

/** Of the plugins that add to the management UI. Any user may read them. */
async function readScripts(client: Client): Promise<ReadonlySet<string>> {
  const rows = await client.readList('extensions', parseExtensions);
  return new Set(rows.flatMap(({ javascript: one }) => (typeof one === 'string' ? one : [])));
}
