// Renders what was imported as the text of a topology file.
import { renderEntry } from '../file/render-entry.ts';
import {
  renderComment,
  renderPair,
  Spelled,
  yamlStyle,
  type Fields,
  type Written,
} from '../file/render-scalar.ts';
import { assemble } from './assemble.ts';
import { Secret, type Field, type FieldMap, type Imported, type ImportedSection } from './entry.ts';
import { fold, type Folded } from './fold.ts';
import { nameSecrets, type SecretNames } from './secrets.ts';

interface Origin {
  /** The first line, such as: Imported from terraform.tfstate by topo import terraform. */
  readonly header: string;
  /** Such as topo 0.1.0. */
  readonly importedBy: string;
}

export interface Rendered {
  readonly text: string;
  readonly secrets: SecretNames;
}

export function renderImported(imported: Imported, { header, importedBy }: Origin): Rendered {
  const { vhost, entries, remarks } = assemble(imported.entries);
  const folded = fold(entries);
  const secrets = nameSecrets(folded);
  const sections = new Set(folded.map(({ section }) => section));
  const text = [
    ...[header, ...imported.remarks, ...remarks].map((line) => renderComment(line)),
    `${renderPair('vhost', vhost, yamlStyle)}\n`,
    `${renderPair('exported_by', importedBy, yamlStyle)}\n`,
    renderProtect(imported.protect ?? new Map(), secrets),
    ...[...sections].map((section) => renderSection(section, folded, secrets)),
    renderMap('outputs', imported.outputs),
  ].join('');
  return { text, secrets };
}

function renderSection(
  section: ImportedSection,
  folded: readonly Folded[],
  secrets: SecretNames,
): string {
  const own = folded.filter((each) => each.section === section);
  return `\n${section}:\n${own.map((each) => renderFolded(each, secrets)).join('')}`;
}

function renderFolded({ fields, forEach, comments }: Folded, secrets: SecretNames): string {
  const written = toWritten(fields, secrets) as Fields;
  const all = new Map<string, Written>();
  if (forEach !== undefined) all.set('for_each', forEach);
  for (const [name, value] of written) all.set(name, value);
  const above = comments.map((line) => renderComment(line, 2)).join('');
  return above + renderEntry(all as Fields, 2, yamlStyle);
}

function toWritten(field: Field, secrets: SecretNames): Written {
  if (field instanceof Secret) return new Spelled(`\${env:${secrets.get(field) ?? ''}}`);
  const written = (item: Field) => toWritten(item, secrets);
  if (field instanceof Map)
    return new Map(
      [...(field as FieldMap)].map(([name, item]) => [name, written(item)]),
    ) as Written;
  return (Array.isArray(field) ? (field as Field[]).map(written) : field) as Written;
}

function renderProtect(protect: NonNullable<Imported['protect']>, secrets: SecretNames): string {
  return renderMap('protect', toWritten(protect, secrets) as Fields);
}

function renderMap(name: string, map: Fields): string {
  const lines = [...map].map(([key, value]) => `  ${renderPair(key, value, yamlStyle)}\n`);
  return lines.length === 0 ? '' : `\n${name}:\n${lines.join('')}`;
}
