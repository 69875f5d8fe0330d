// topo export --into FILE: brings an existing topology file up to date, and shows what that changes in it.
import { mergeIntoFile } from '../file/merge-into-file.ts';
import { assertMatch, selectOwned } from '../reconcile/export.ts';
import { escape } from '../report/escape.ts';
import { renderFileChange } from '../report/file-change.ts';
import { exit } from './exit.ts';
import type { ExportFlags } from './flags.ts';
import { readFiles } from './read-files.ts';
import { queueTypesOf, readLive, tellWarnings } from './read-live.ts';
import type { Terminal } from './terminal.ts';
import { rewriteFile } from './write-file.ts';

export async function exportInto(
  file: string,
  flags: ExportFlags,
  terminal: Terminal,
): Promise<number> {
  const desired = await readFiles([file], flags, terminal);
  const { live } = await readLive(flags, new Set(desired.vhosts.keys()), terminal);
  assertMatch(flags.match, live, desired);
  const { objects, warnings } = selectOwned(desired, live, flags.match);
  tellWarnings(warnings, terminal);
  const merged = mergeIntoFile({ file, desired, live: objects, queueTypes: queueTypesOf(live) });
  for (const note of merged.notes) terminal.complain(`note: ${escape(note)}`);
  const before = desired.sources.get(file) ?? '';
  terminal.print(renderFileChange(file, before, merged.text, terminal.paint));
  if (merged.text !== before) await rewriteFile('--into', file, merged.text);
  return exit.done;
}
