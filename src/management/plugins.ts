// Reads what shows which plugins a broker has.
import { setTimeout as sleep } from 'node:timers/promises';
import { hasPlugin, type Plugin, type PluginTraces } from '../topology/plugins.ts';
import type { Client } from './client.ts';
import { forgo } from './forgo.ts';
import { anything, maybe, object, parseRows, text } from './shape.ts';

/** A node says what it runs every 10 s: for so long, a plugin that was just enabled is not seen. */
const looks = { most: 25, pause: 500 };

/** Reads nothing if no plugin is needed. */
export async function readPlugins(
  client: Client,
  needed: ReadonlySet<Plugin> = new Set(),
): Promise<Omit<PluginTraces, 'exchange_types'>> {
  if (needed.size === 0) return {};
  const scripts = await readScripts(client).catch(forgo);
  for (let look = 1; ; look++) {
    const applications = await readApplications(client).catch(forgo);
    const seen = { applications, scripts, exchange_types: new Set<string>() };
    const isMissing = [...needed].some((plugin) => hasPlugin(plugin, seen) === 'no');
    if (!isMissing || look === looks.most) return { applications, scripts };
    await sleep(looks.pause);
  }
}

interface NodeRow {
  readonly running?: unknown;
  /** Missing for some seconds after the node has booted. */
  readonly applications?: readonly { readonly name: string }[];
  readonly enabled_plugins?: readonly unknown[];
}

const isNamed = (row: unknown): boolean =>
  object(row) && text((row as { readonly name?: unknown }).name);
const isList = (value: unknown): boolean => Array.isArray(value) && value.every(isNamed);
const parseNodes = parseRows<NodeRow>({
  running: anything,
  applications: maybe(isList),
  enabled_plugins: maybe(Array.isArray),
});

/** Needs the tag monitoring. Undefined if a node doesn't say what it runs. */
async function readApplications(client: Client): Promise<ReadonlySet<string> | undefined> {
  const columns = 'name,running,applications,enabled_plugins';
  const rows = await client.readList(`nodes?columns=${columns}`, parseNodes);
  const known = rows.filter(({ running }) => running !== false).map(namesIn);
  if (known.length === 0 || known.some((names) => !names.has('rabbit'))) return undefined;
  return new Set(known.flatMap((names) => [...names]));
}

/** A node that boots says what is enabled before it runs it. */
function namesIn({ applications = [], enabled_plugins: enabled = [] }: NodeRow): Set<string> {
  return new Set([...applications.map(({ name }) => name), ...enabled.map(String)]);
}

const parseExtensions = parseRows<{ javascript?: unknown }>({ javascript: anything });

/** Of the plugins that add to the management UI. Any user may read them. */
async function readScripts(client: Client): Promise<ReadonlySet<string>> {
  const rows = await client.readList('extensions', parseExtensions);
  return new Set(rows.flatMap(({ javascript: one }) => (typeof one === 'string' ? one : [])));
}
