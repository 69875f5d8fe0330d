// topo import: writes what another tool manages down as a topology file.
import type { Imported } from '../import/entry.ts';
import { renderImported } from '../import/render.ts';
import {
  renderSecrets,
  shownSecrets,
  unknownSecrets,
  type SecretNames,
} from '../import/secrets.ts';
import { escape } from '../report/escape.ts';
import { count, plural } from '../topology/count.ts';
import { shellWord } from '../topology/quote.ts';
import { exit } from './exit.ts';
import { wrongFlag } from './flags.ts';
import { readImported, whyUnknown, type Tool } from './import-sources.ts';
import { printOrWrite } from './print-or-write.ts';
import type { Terminal } from './terminal.ts';
import { readVersion } from './version.ts';
import { assertWritable } from './write-file.ts';
import { writeNewFiles } from './write-new.ts';

export interface ImportFlags {
  /** The broker whose objects are wanted, if there are several. */
  readonly broker?: string;
  /** `-` is stdout. */
  readonly output?: string;
  readonly secrets?: string;
}

export async function importFrom(
  tool: Tool,
  paths: readonly string[],
  { broker, output = '-', secrets: file }: ImportFlags,
  terminal: Terminal,
): Promise<number> {
  const imported = await readImported(tool, paths, broker);
  if (isEmpty(imported)) throw nothingFound(tool, paths);
  const { text, secrets } = renderImported(imported, {
    header: `Imported from ${paths.join(', ')} by topo import ${tool}.`,
    importedBy: `topo ${readVersion()}`,
  });
  if (output !== '-') await assertWritable('--output', output);
  if (file !== undefined) await writeSecrets(file, secrets, terminal);
  await printOrWrite(text, output, terminal);
  if (file === undefined && secrets.size > 0) {
    const names = [...secrets.values()];
    terminal.tell(`the file reads ${namesOf(names)}: --secrets FILE writes their values`);
  }
  const unknown = unknownSecrets(secrets);
  if (unknown.length > 0) terminal.complain(`note: ${namesOf(unknown)}: ${whyUnknown(tool)}`);
  const shown = shownSecrets(secrets).map((name) => `--allow-env ${name}`);
  if (shown.length > 0) terminal.complain(`note: topo plan needs ${shown.join(' ')}`);
  return exit.done;
}

const isEmpty = ({ entries, outputs }: Imported): boolean =>
  entries.length === 0 && outputs.size === 0;

const nothingFound = (tool: Tool, paths: readonly string[]) =>
  wrongFlag(
    `there is nothing of RabbitMQ's in ${paths.map(escape).join(', ')}`,
    `topo import ${tool} --help says what it reads`,
  );

const mostNames = 5;

/** Such as: the variables A, B and 3 more. */
function namesOf(names: readonly string[]): string {
  const shown = names.slice(0, mostNames).join(', ');
  const more = names.length - mostNames;
  const noun = names.length === 1 ? 'the variable' : 'the variables';
  return `${noun} ${shown}${more > 0 ? ` and ${count(more)} more` : ''}`;
}

/** Only this user may read the file; one that is there, or a link, is never written to. */
async function writeSecrets(file: string, secrets: SecretNames, terminal: Terminal): Promise<void> {
  const text = renderSecrets(secrets);
  if (text === '') {
    terminal.tell(`no secret is known, so ${escape(file)} is not written`);
    return;
  }
  await writeNewFiles([{ flag: '--secrets', file, text }]);
  const known = secrets.size - unknownSecrets(secrets).length;
  const word = escape(shellWord(file.includes('/') ? file : `./${file}`));
  terminal.tell(`wrote ${plural(known, 'secret')} to ${escape(file)}: set -a; . ${word}; set +a`);
}
