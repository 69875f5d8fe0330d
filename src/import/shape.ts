// Reads fields of untrusted JSON or YAML: each has its place, and the type that is expected of it.
import { count } from '../topology/count.ts';
import { isRecord } from '../topology/json.ts';
import { renderKind } from '../topology/quote.ts';
import { Float } from '../topology/value.ts';
import { Secret, type Text } from './entry.ts';

/** Something is not as the tool would have written it. */
export class Misshapen extends Error {
  readonly hint: string | undefined;
  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

/** A map, and where it stands, such as `resources[3].instances[0].attributes`. */
export class Shape {
  readonly #fields: Readonly<Record<string, unknown>>;
  readonly #where: string;

  /** Throws Misshapen unless it is a map. */
  constructor(value: unknown, where: string) {
    if (value instanceof Secret) throw encrypted(where);
    if (!isRecord(value)) throw wrong(where, 'a map', value);
    this.#fields = value;
    this.#where = where;
  }

  /** Undefined if it is missing or null. */
  raw(name: string): unknown {
    return Object.hasOwn(this.#fields, name) ? (this.#fields[name] ?? undefined) : undefined;
  }

  names(): string[] {
    return Object.keys(this.#fields);
  }

  where(name: string): string {
    return this.#where === '' ? name : `${this.#where}.${name}`;
  }

  text(name: string): Text {
    return this.optionalText(name) ?? this.#missing(name);
  }

  optionalText(name: string): Text | undefined {
    const value = this.raw(name);
    if (value === undefined || typeof value === 'string' || value instanceof Secret) return value;
    throw wrong(this.where(name), 'text', value);
  }

  /** Text that decides what the rest means, and so can't be secret. */
  plainText(name: string): string {
    return this.optionalPlainText(name) ?? this.#missing(name);
  }

  optionalPlainText(name: string): string | undefined {
    const value = this.optionalText(name);
    if (!(value instanceof Secret)) return value;
    if (value.text === undefined) throw encrypted(this.where(name));
    return value.text;
  }

  flag(name: string): boolean | undefined {
    const value = this.raw(name);
    if (value === undefined || typeof value === 'boolean') return value;
    throw wrong(this.where(name), 'true or false', value);
  }

  /** Up to `most`, if there is such a number. */
  integer(name: string, most = Infinity): number | bigint | undefined {
    const value = this.raw(name);
    if (Number(value) > most) throw wrong(this.where(name), `a number up to ${count(most)}`, value);
    if (value === undefined || typeof value === 'bigint' || Number.isSafeInteger(value))
      return value as number | bigint | undefined;
    if (value instanceof Float && Number.isSafeInteger(value.value)) return value.value;
    throw wrong(this.where(name), 'an integer', value);
  }

  list(name: string): readonly unknown[] | undefined {
    const value = this.raw(name);
    if (value instanceof Secret) throw encrypted(this.where(name));
    if (value === undefined || Array.isArray(value)) return value;
    throw wrong(this.where(name), 'a list', value);
  }

  map(name: string): Shape | undefined {
    const value = this.raw(name);
    return value === undefined ? undefined : new Shape(value, this.where(name));
  }

  /** A block that stands once: Terraform keeps a list of one, Pulumi the block itself. */
  block(name: string): Shape {
    const value = this.raw(name);
    const isList = Array.isArray(value);
    if (isList && value.length === 1 && value[0] === null) return new Shape({}, this.where(name));
    if (isList && value.length !== 1) throw wrong(this.where(name), 'a list of one block', value);
    return isList
      ? new Shape(value[0], `${this.where(name)}[0]`)
      : new Shape(value, this.where(name));
  }

  maps(name: string): Shape[] {
    const list = this.list(name) ?? [];
    return list.map((item, index) => new Shape(item, `${this.where(name)}[${index}]`));
  }

  texts(name: string): Text[] {
    return (this.list(name) ?? []).map((item, index) => {
      if (typeof item === 'string' || item instanceof Secret) return item;
      throw wrong(`${this.where(name)}[${index}]`, 'text', item);
    });
  }

  #missing(name: string): never {
    throw new Misshapen(`${this.where(name)} is missing`);
  }
}

function wrong(where: string, wanted: string, value: unknown): Misshapen {
  // Values may be secret: only what kind of value it is may be shown.
  const found = typeof value === 'string' ? 'text' : renderKind(value ?? null);
  return new Misshapen(`${where === '' ? 'it' : where} must be ${wanted}, not ${found}`);
}

const encrypted = (where: string): Misshapen =>
  new Misshapen(
    `${where} is encrypted`,
    'pulumi stack export --show-secrets writes it in plain text',
  );
