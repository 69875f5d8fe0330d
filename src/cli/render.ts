// topo render: prints the whole topology as one file, variables and for_each resolved, without a
// broker.
import { needsUsers, renderDefinitions } from '../file/render-definitions.ts';
import { renderDocument, renderDocumentJson, resolveTopology } from '../file/render-topology.ts';
import { Resolved } from '../file/resolved.ts';
import { assertExpectedVhosts } from '../reconcile/expected.ts';
import { escape } from '../report/escape.ts';
import { renderWarnings } from '../report/problems.ts';
import type { Desired } from '../topology/desired.ts';
import { exit } from './exit.ts';
import type { FileFlags } from './flags.ts';
import { printOrWrite } from './print-or-write.ts';
import { readFiles } from './read-files.ts';
import { asNote, stripNotes } from './secret-notes.ts';
import type { Terminal } from './terminal.ts';
import { readVersion } from './version.ts';

export interface RenderFlags extends FileFlags {
  readonly format: 'yaml' | 'json' | 'definitions';
  readonly output?: string;
}

export async function render(
  files: readonly string[],
  flags: RenderFlags,
  terminal: Terminal,
): Promise<number> {
  const resolved = new Resolved();
  const desired = await readFiles(files, flags, terminal, { resolved });
  assertExpectedVhosts(desired);
  if (desired.warnings.length > 0) terminal.complain(renderWarnings(desired, terminal.errorPaint));
  const { text, notes } = renderAs(flags.format, desired, resolved);
  await printOrWrite(text, flags.output, terminal);
  for (const note of notes) terminal.complain(`note: ${escape(note)}`);
  return exit.done;
}

function renderAs(
  format: RenderFlags['format'],
  desired: Desired,
  resolved: Resolved,
): { text: string; notes: readonly string[] } {
  if (format === 'definitions') return renderAsDefinitions(desired);
  const exportedBy = resolved.isGenerated ? `topo ${readVersion()}` : undefined;
  const rendered = resolveTopology(desired, resolved, exportedBy);
  const from = [...desired.sources.keys()].join(', ');
  const text =
    format === 'json'
      ? renderDocumentJson(rendered)
      : renderDocument(rendered, `Rendered from ${from} by topo render.`);
  return { text, notes: rendered.secrets.map(asNote) };
}

const usersLeftOut =
  'users and permissions are left out: definitions hold hashes of passwords, and the files do not';

/** The oldest that topo knows: no broker is asked. */
const oldest = '3.10.0';

function renderAsDefinitions(desired: Desired): { text: string; notes: readonly string[] } {
  const all = [...desired.objects.values()].map(({ object }) => object);
  const objects = all.filter((object) => !needsUsers(object));
  const names = [...objects.flatMap(({ vhost }) => vhost ?? []), ...desired.expectedTypes.keys()];
  const vhosts = names.map(
    (name) => [name, desired.expectedTypes.get(name)?.type ?? 'classic'] as const,
  );
  const text = renderDefinitions(objects, { version: oldest, vhosts: new Map(vhosts) });
  const left = all.length === objects.length ? [] : [usersLeftOut];
  return { text, notes: [...stripNotes(objects), ...left] };
}
