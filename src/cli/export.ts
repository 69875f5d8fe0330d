// topo export: writes a live broker down as a topology file, or as definitions.
import { renderDefinitions, renderYaml } from '../file/render-yaml.ts';
import { assertMatch, selectLive } from '../reconcile/export.ts';
import { escape } from '../report/escape.ts';
import type { Live, LiveObject } from '../topology/live.ts';
import type { Owned } from '../topology/scope.ts';
import { exit } from './exit.ts';
import { exportInto } from './export-into.ts';
import { wrongFlag, type ExportFlags } from './flags.ts';
import { queueTypesOf, readLive, tellWarnings, vhostsOf } from './read-live.ts';
import type { Terminal } from './terminal.ts';
import { readVersion } from './version.ts';
import { writeResult } from './write-file.ts';

export async function exportLive(flags: ExportFlags, terminal: Terminal): Promise<number> {
  forbidContradictions(flags);
  if (flags.into !== undefined) return exportInto(flags.into, flags, terminal);
  const { live, endpoint } = await readLive(flags, new Set(flags.vhost), terminal);
  assertMatch(flags.match, live);
  const { objects, warnings } = selectLive(live, flags.match);
  tellWarnings(warnings, terminal);
  const text = render(objects, live, endpoint, flags);
  await printOrWrite(text, flags.output, terminal);
  return exit.done;
}

async function printOrWrite(text: string, file = '-', terminal: Terminal): Promise<void> {
  if (file === '-') {
    terminal.print(text);
  } else {
    await writeResult('--output', file, text);
    terminal.tell(`wrote ${escape(file)}`);
  }
}

/** What would be given and not looked at. */
function forbidContradictions({ into, output, vhost, manage, format }: ExportFlags): void {
  const contradictions: [boolean, string][] = [
    [into !== undefined && output !== undefined, '--into and --output'],
    [into !== undefined && vhost.length > 0, '--into and --vhost: the file names its vhosts'],
    [into !== undefined && manage === true, '--into and --manage: the file says what it owns'],
    [into !== undefined && format === 'definitions', '--into and --format definitions'],
    [manage === true && format === 'definitions', '--manage and --format definitions'],
  ];
  const found = contradictions.find(([isSo]) => isSo)?.[1];
  if (found !== undefined)
    throw wrongFlag(`these do not go together: ${found}`, 'leave one of them out');
}

function render(
  objects: readonly LiveObject[],
  live: Live,
  endpoint: string,
  flags: ExportFlags,
): string {
  if (flags.format === 'definitions') {
    const vhosts = vhostsOf(objects, live, flags);
    return renderDefinitions(objects, { version: live.broker.version, vhosts });
  }
  const vhosts = [...live.vhosts.keys()];
  const owned = flags.match === undefined ? 'all' : allThatMatch(flags.match);
  if (flags.manage === true && vhosts.length !== 1) {
    throw wrongFlag('--manage is about one vhost', `name it: --vhost ${vhosts[0] ?? '/'}`);
  }
  return renderYaml(objects, {
    vhost: vhosts.length === 1 ? (vhosts[0] ?? '/') : '/',
    queueTypes: queueTypesOf(live),
    exportedBy: `topo ${readVersion()}`,
    header: `Exported from ${endpoint} (RabbitMQ ${live.broker.version}) by topo export.`,
    ...(flags.manage === true && { manage: owned }),
  });
}

const allThatMatch = (pattern: string): Owned => ({
  exchange: [pattern],
  queue: [pattern],
  bindings_into: [pattern],
});
