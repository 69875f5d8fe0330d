// Gives each secret the name of an environment variable.
import { shellWord } from '../topology/quote.ts';
import { Secret, type Field, type FieldMap } from './entry.ts';

/** In the order of the entries. */
export type SecretNames = ReadonlyMap<Secret, string>;

/** Such as USER_APP_PASSWORD; a number tells equal names apart. */
export function nameSecrets(entries: readonly { readonly fields: FieldMap }[]): SecretNames {
  const names = new Map<Secret, string>();
  const taken = new Set<string>();
  for (const secret of entries.flatMap(({ fields }) => secretsIn(fields))) {
    const stem = stemOf(secret.label);
    let name = stem;
    for (let number = 2; taken.has(name); number++) name = `${stem}_${number}`;
    taken.add(name);
    names.set(secret, name);
  }
  return names;
}

export function secretsIn(field: Field): Secret[] {
  if (field instanceof Secret) return [field];
  if (field instanceof Map) return [...field.values()].flatMap((item) => secretsIn(item as Field));
  return Array.isArray(field) ? field.flatMap((item) => secretsIn(item as Field)) : [];
}

/** Never one of topo's own variables, which no file may read. */
function stemOf(label: string): string {
  const words = label.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_');
  const stem = words.replace(/^_/, '').replace(/_$/, '');
  return /^(?:RABBITMQ|AMQP|TOPO)_|^\d|^$/.test(stem) ? `SECRET_${stem}` : stem;
}

/** NAME=value lines, as a shell, systemd and node --env-file read them. */
export function renderSecrets(names: SecretNames): string {
  return [...names]
    .flatMap(([{ text }, name]) => (text === undefined ? [] : [`${name}=${shellWord(text)}\n`]))
    .join('');
}

/** The variables that the source has no value for. */
export const unknownSecrets = (names: SecretNames): string[] =>
  [...names].flatMap(([{ text }, name]) => (text === undefined ? [name] : []));

/** The variables in fields that topo shows: only --allow-env lets a file read them there. */
export const shownSecrets = (names: SecretNames): string[] =>
  [...names].flatMap(([{ isShown }, name]) => (isShown ? [name] : []));
