// Keeps secrets out of rendered files: in place of each stands the environment variable that it
// comes from. One that a file holds itself gets the name of a new variable.
import { isSecretField } from './fill.ts';
import type { Path } from './locate.ts';
import { Spelled, type Fields } from './render-scalar.ts';
import { fieldKey, type KeptTexts } from './resolved.ts';

export interface NamedSecret {
  /** Such as: the password of user "app". */
  readonly field: string;
  /** The environment variable that the rendered file reads. */
  readonly variable: string;
}

export class SecretKeeper {
  /** The secrets that the files hold themselves. */
  readonly named: NamedSecret[] = [];
  readonly #taken = new Set<string>();

  /** `fields`: an entry of a section. `kept`: its texts with `${env:…}`. */
  hide(section: string, fields: Fields, kept: KeptTexts = new Map()): Fields {
    const entry = `${singular(section)} ${nameOf(fields)}`;
    const hideAt = (value: string, path: Path): string | Spelled => {
      if (!isSecretField([section, 0, ...path])) return value;
      const text = kept.get(fieldKey(path));
      if (text !== undefined && !holdsSecret(text, path)) return new Spelled(text);
      if (text === undefined && !holdsSecret(value, path)) return value;
      return new Spelled(`\${env:${this.#name(entry, path)}}`);
    };
    return hasSecretField(section) ? (mapTexts(fields, [], hideAt) as Fields) : fields;
  }

  #name(entry: string, path: Path): string {
    const field = path.filter((part) => part !== 'value').join(' ');
    const wanted = `${entry} ${field}`.toUpperCase().replace(/[^A-Z0-9]+/g, '_');
    let variable = wanted;
    for (let n = 2; this.#taken.has(variable); n++) variable = `${wanted}_${n}`;
    this.#taken.add(variable);
    this.named.push({ field: `${field} of ${entry}`, variable });
    return variable;
  }
}

/** Most entries have none: don't copy them. */
const hasSecretField = (section: string): boolean =>
  isSecretField([section, 0, 'password']) || isSecretField([section, 0, 'value', 'uri']);

/** Maps each text in a value, by its path. */
function mapTexts(value: unknown, path: Path, map: (text: string, path: Path) => unknown): unknown {
  if (typeof value === 'string') return map(value, path);
  if (Array.isArray(value)) {
    return value.map((item, index) => mapTexts(item, [...path, index], map));
  }
  if (!(value instanceof Map)) return value;
  const pairs = [...(value as ReadonlyMap<string, unknown>)];
  return new Map(pairs.map(([name, item]) => [name, mapTexts(item, [...path, name], map)]));
}

const singular = (section: string): string => section.replace(/s$/, '');

function nameOf(fields: Fields): string {
  const name = fields.get('name');
  return typeof name === 'string' ? name : '';
}

/** A password is one; a URI may hold one, in front of its @ or in its query. */
function holdsSecret(text: string, [field]: Path): boolean {
  const rest = text.replace(/(?<!\$)\$\{env:[^{}]*\}/g, '');
  if (field !== 'value') return rest !== '';
  return /:\/\/.*:.+@|[?&]password=[^&]/is.test(rest);
}
