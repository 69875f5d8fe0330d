// topo export: writes a live broker down as a topology file, or as definitions.
import { needsUsers, renderDefinitions } from '../file/render-definitions.ts';
import { SecretKeeper } from '../file/secret-fields.ts';
import { assertMatch, countBindingsElsewhere, selectLive } from '../reconcile/export.ts';
import { escape } from '../report/escape.ts';
import { plural } from '../topology/count.ts';
import type { LiveObject } from '../topology/live.ts';
import { exit } from './exit.ts';
import { exportInto } from './export-into.ts';
import { exportSplit } from './export-split.ts';
import { assertOneVhost, renderExport } from './export-yaml.ts';
import { hashesOf, wrongFlag, type ExportFlags } from './flags.ts';
import { printOrWrite } from './print-or-write.ts';
import { readExported, tellLeftOut, tellWarnings, vhostsOf, type Exported } from './read-live.ts';
import { stripNotes, tellSecrets } from './secret-notes.ts';
import type { Terminal } from './terminal.ts';

export async function exportLive(
  files: readonly string[],
  flags: ExportFlags,
  terminal: Terminal,
): Promise<number> {
  forbidContradictions(files, flags);
  if (flags.into !== undefined) return exportInto(flags.into, files, flags, terminal);
  if (flags.split.length > 0) return exportSplit(flags, terminal);
  const exported = await readExported(flags, terminal);
  const { live } = exported;
  assertMatch(flags.match, live);
  const { objects, warnings } = selectLive(live, flags.match, hashesOf(flags));
  tellWarnings(warnings, terminal);
  const chosen = flags.format === 'definitions' ? importable(objects, flags) : objects;
  const secrets = new SecretKeeper();
  const text = render(chosen, exported, flags, secrets);
  await printOrWrite(text, flags.output, terminal);
  tellSecrets(secrets, terminal);
  if (flags.format === 'definitions')
    for (const note of stripNotes(objects)) terminal.complain(`note: ${escape(note)}`);
  const elsewhere = flags.match === undefined ? 0 : countBindingsElsewhere(live, flags.match);
  if (elsewhere > 0) {
    const are = `${plural(elsewhere, 'binding')} ${elsewhere === 1 ? 'leads' : 'lead'} from here to other names`;
    terminal.tell(`note: ${are}: a binding goes with its destination`);
  }
  tellLeftOut(exported, flags, terminal);
  return exit.done;
}

/** Without users unless their hashes may be written. */
const importable = (objects: readonly LiveObject[], flags: ExportFlags): readonly LiveObject[] =>
  hashesOf(flags).withHashes ? objects : objects.filter((object) => !needsUsers(object));

/** Refuses flags that would be ignored. */
function forbidContradictions(files: readonly string[], flags: ExportFlags): void {
  const { into, output, vhost, match, manage, format, split, rest } = flags;
  const isSplit = split.length > 0;
  const contradictions: [boolean, string][] = [
    [into !== undefined && output !== undefined, '--into and --output'],
    [into !== undefined && vhost.length > 0, '--into and --vhost: the file names its vhosts'],
    [into !== undefined && manage === true, '--into and --manage: the file says what it owns'],
    [into !== undefined && format === 'definitions', '--into and --format definitions'],
    [manage === true && format === 'definitions', '--manage and --format definitions'],
    [into !== undefined && flags.withPasswordHashes === true, '--into and --with-password-hashes'],
    [isSplit && into !== undefined, '--split and --into'],
    [isSplit && output !== undefined, '--split and --output: each --split names its file'],
    [isSplit && match !== undefined, '--split and --match: each --split has its own pattern'],
    [isSplit && format === 'definitions', '--split and --format definitions'],
  ];
  const found = contradictions.find(([isSo]) => isSo)?.[1];
  if (found !== undefined)
    throw wrongFlag(`these do not go together: ${found}`, 'leave one of them out');
  if (rest !== undefined && !isSplit)
    throw wrongFlag(
      '--rest goes with --split: it takes what no --split matches',
      "add --split 'orders.*=orders.yaml'",
    );
  if (flags.environment !== undefined && into === undefined)
    throw wrongFlag(
      '--environment goes with --into: without it, export reads no topology file',
      "export from the environment's broker with --endpoint",
    );
  if (files.length > 0 && into === undefined) {
    const message = `export reads the broker, and no file such as ${files[0] ?? ''}`;
    throw wrongFlag(message, 'name a file to write with --output, or one to update with --into');
  }
}

function render(
  objects: readonly LiveObject[],
  exported: Exported,
  flags: ExportFlags,
  secrets: SecretKeeper,
): string {
  const { live } = exported;
  if (flags.format === 'definitions') {
    const vhosts = vhostsOf(objects, live, flags);
    return renderDefinitions(objects, { version: live.broker.version, vhosts });
  }
  if (flags.manage !== true) return renderExport(objects, exported, { secrets });
  assertOneVhost(live);
  return renderExport(objects, exported, {
    manage: flags.match === undefined ? 'all' : [flags.match],
    secrets,
  });
}
