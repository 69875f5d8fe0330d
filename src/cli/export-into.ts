// topo export --into FILE: updates a topology file, and shows the difference.
import { resolve } from 'node:path';
import { mergeIntoFile } from '../file/merge-into-file.ts';
import { SecretKeeper } from '../file/secret-fields.ts';
import { alsoFor } from '../reconcile/also.ts';
import { assertExpected } from '../reconcile/expected.ts';
import { assertMatch, selectOwned } from '../reconcile/export.ts';
import { escape } from '../report/escape.ts';
import { renderFileChange } from '../report/file-change.ts';
import { connectionOf } from './environment-endpoint.ts';
import { exit } from './exit.ts';
import type { ExportFlags } from './flags.ts';
import { readFiles } from './read-files.ts';
import { queueTypesOf, readLive, tellWarnings } from './read-live.ts';
import { tellSecrets } from './secret-notes.ts';
import type { Terminal } from './terminal.ts';
import { rewriteFile } from './write-file.ts';

/**
 * `others` are only read: they belong to the same topology, so their objects stay out of this file.
 */
export async function exportInto(
  file: string,
  others: readonly string[],
  flags: ExportFlags,
  terminal: Terminal,
): Promise<number> {
  const beside = others.filter((other) => resolve(other) !== resolve(file));
  const desired = await readFiles([file, ...beside], flags, terminal);
  const { live } = await readLive(
    connectionOf(flags, desired),
    new Set(desired.vhosts.keys()),
    terminal,
    {
      also: alsoFor([desired]),
      check: (found) => {
        assertExpected(desired, found);
      },
    },
  );
  assertMatch(flags.match, live, desired);
  const { objects, warnings } = selectOwned(desired, live, file, flags.match);
  tellWarnings(warnings, terminal);
  const secrets = new SecretKeeper();
  const queueTypes = queueTypesOf(live);
  const merged = mergeIntoFile({ file, desired, live: objects, queueTypes, secrets });
  for (const note of merged.notes) terminal.complain(`note: ${escape(note)}`);
  tellSecrets(secrets, terminal);
  const before = desired.sources.get(file) ?? '';
  terminal.print(renderFileChange(file, before, merged.text, terminal.paint));
  if (merged.text === before) return exit.done;
  // The names of new secrets have no values yet.
  if (secrets.named.length === 0) {
    const edited = new Map([[file, merged.text]]);
    await readFiles([file, ...beside], flags, terminal, { edited }).catch((error: unknown) => {
      terminal.complain(`note: ${escape(file)} is not written: so changed, it would not be valid`);
      throw error;
    });
  }
  await rewriteFile('--into', file, merged.text);
  return exit.done;
}
