// Keeps secrets out of rendered files: in place of each stands the environment variable that it
// comes from. One that a file or the broker holds gets the name of a new variable.
import type { Value } from '../topology/value.ts';
import { Veiled } from '../topology/veiled.ts';
import { isSecretField } from './fill.ts';
import type { Path } from './locate.ts';
import { Spelled, type Fields } from './render-scalar.ts';
import { fieldKey, type KeptTexts } from './resolved.ts';

export interface NamedSecret {
  /** Such as: the password of user "app". */
  readonly field: string;
  /** The environment variable that the rendered file reads. */
  readonly variable: string;
  /** Whether a file may read it here only if its name is allowed. */
  readonly needsLeave: boolean;
}

export class SecretKeeper {
  /** The secrets that the files hold themselves. */
  readonly named: NamedSecret[] = [];
  /** Those that a file without expressions would have to hold, such as: src-uri of parameter s. */
  readonly unspeakable: string[] = [];
  readonly #taken = new Set<string>();
  /** Whether the file reads `${env:…}`. */
  readonly #expressions: boolean;

  constructor({ expressions = true } = {}) {
    this.#expressions = expressions;
  }

  /** Spells the secrets in the value of a parameter. */
  spell(section: string, fields: Fields): Fields {
    const value = fields.get('value');
    if (value === undefined || value instanceof Spelled) return fields;
    const entry = `${singular(section)} ${nameOf(fields)}`;
    const spelled = mapTexts(value, ['value'], (text, path) =>
      text instanceof Veiled ? this.#spellSecret(text, entry, section, path) : text,
    );
    return new Map(fields).set('value', spelled as Value);
  }

  /** A secret that has not changed may stand where it stood. */
  #spellSecret(
    { text, from, isKept }: Veiled,
    entry: string,
    section: string,
    path: Path,
  ): Spelled {
    if (this.#expressions)
      return new Spelled(from ?? `\${env:${this.#name(entry, section, path)}}`);
    if (isKept && text !== undefined) return new Spelled(text.reveal());
    this.unspeakable.push(`${fieldIn(path)} of ${entry}`);
    return new Spelled('');
  }

  /** `fields`: an entry of a section. `kept`: its texts with `${env:…}`. */
  hide(section: string, fields: Fields, kept: KeptTexts = new Map()): Fields {
    const entry = `${singular(section)} ${nameOf(fields)}`;
    const hideAt = (value: unknown, path: Path): unknown => {
      if (typeof value !== 'string' || !isSecretField([section, 0, ...path])) return value;
      const text = kept.get(fieldKey(path));
      if (text !== undefined && !hasLiteral(text)) return new Spelled(text);
      if (text === undefined && !hasLiteral(value)) return value;
      return new Spelled(`\${env:${this.#name(entry, section, path)}}`);
    };
    return section === 'users' ? (mapTexts(fields, [], hideAt) as Fields) : fields;
  }

  #name(entry: string, section: string, path: Path): string {
    const field = fieldIn(path);
    const wanted = `${entry} ${field}`
      .trim()
      .toUpperCase()
      .replace(/[^A-Z0-9]+/g, '_');
    let variable = wanted;
    for (let n = 2; this.#taken.has(variable); n++) variable = `${wanted}_${n}`;
    this.#taken.add(variable);
    const needsLeave = !isSecretField([section, 0, ...path]);
    this.named.push({ field: `${field || 'value'} of ${entry}`, variable, needsLeave });
    return variable;
  }
}

/** Maps each text and each secret in a value, by its path. */
function mapTexts(
  value: unknown,
  path: Path,
  map: (text: string | Veiled, path: Path) => unknown,
): unknown {
  if (typeof value === 'string' || value instanceof Veiled) return map(value, path);
  if (Array.isArray(value)) {
    return value.map((item, index) => mapTexts(item, [...path, index], map));
  }
  if (!(value instanceof Map)) return value;
  const pairs = [...(value as ReadonlyMap<string, unknown>)];
  return new Map(pairs.map(([name, item]) => [name, mapTexts(item, [...path, name], map)]));
}

const fieldIn = (path: Path): string => path.filter((part) => part !== 'value').join(' ');

const singular = (section: string): string => section.replace(/s$/, '');

function nameOf(fields: Fields): string {
  const name = fields.get('name');
  return typeof name === 'string' ? name : '';
}

/** Whether a text says more than which variables to read. */
const hasLiteral = (text: string): boolean => text.replace(/(?<!\$)\$\{env:[^{}]*\}/g, '') !== '';
