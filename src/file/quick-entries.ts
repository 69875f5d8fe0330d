// Reads entries in the plainest YAML, which big files consist of, in a twentieth of the time that
// the yaml package takes. Undefined for anything else, right or wrong: then that package reads it.
import { isUnbounded, parsePlain } from './scalar.ts';
import type { Entry, Piece } from './split.ts';

/** Deeper nesting is left to the yaml package, with its limits. */
const deepest = 8;

// None of them may hold what ends or begins anything else: spaces, colons, brackets, escapes.
const name = /[A-Za-z_][\w-]{0,99}(?=:)/y;
const plain = /[A-Za-z\d_./$][\w./#*@%+=~$-]*/y;
const quoted = /'[ -&(-~]*'(?!')|"[ !#-[\]-~]*"/y;
const spaces = / */y;

/** Thrown where the text is not plain enough. */
const notPlain = new Error('not plain');

export function readQuickly(text: string, { start, end }: Piece): Entry[] | undefined {
  try {
    return new QuickReader(text, start, end).entries();
  } catch (error) {
    if (error === notPlain) return undefined;
    throw error;
  }
}

class QuickReader {
  readonly #text: string;
  readonly #end: number;
  #at: number;

  constructor(text: string, start: number, end: number) {
    this.#text = text;
    this.#at = start;
    this.#end = end;
  }

  entries(): Entry[] {
    const entries: Entry[] = [];
    const dash = this.#indent();
    while (this.#at < this.#end) {
      if (this.#indent() !== dash) throw notPlain;
      this.#at += dash;
      this.#expect('- ');
      const start = this.#at;
      const isFlow = this.#peek() === '{';
      const value = isFlow ? this.#flowMap(1) : this.#blockMap(dash + 2, 1, true);
      const end = this.#at;
      if (isFlow) this.#endLine();
      entries.push({ value, start, end });
    }
    return entries;
  }

  /** `isBegun`: its first line is begun, after the dash. Ends before the line that follows it. */
  #blockMap(indent: number, depth: number, isBegun = false): object {
    const map = {};
    do {
      if (!isBegun) this.#at += indent;
      isBegun = false;
      const key = this.#key(map);
      define(map, key, this.#peek() === '\n' ? this.#below(indent, depth) : this.#line(depth));
    } while (this.#at < this.#end && this.#indent() === indent && this.#opensKey(indent));
    return map;
  }

  #opensKey(indent: number): boolean {
    return this.#text[this.#at + indent] !== '-';
  }

  /** A map on the lines below its key. */
  #below(indent: number, depth: number): object {
    this.#endLine();
    const inner = this.#indent();
    if (inner <= indent) throw notPlain;
    return this.#blockMap(inner, depth + 1);
  }

  #line(depth: number): unknown {
    this.#expect(' ');
    const value = this.#value(depth);
    this.#endLine();
    return value;
  }

  #value(depth: number): unknown {
    if (depth > deepest) throw notPlain;
    switch (this.#peek()) {
      case '{':
        return this.#flowMap(depth + 1);
      case '[':
        return this.#flowList(depth + 1);
      case "'":
      case '"':
        return this.#take(quoted).slice(1, -1);
      default:
        return this.#plain();
    }
  }

  #plain(): unknown {
    const value = parsePlain(this.#take(plain));
    if (isUnbounded(value)) throw notPlain;
    return value;
  }

  #flowMap(depth: number): object {
    const map = {};
    this.#items('{', '}', () => {
      const key = this.#key(map);
      this.#expect(' ');
      define(map, key, this.#value(depth));
    });
    return map;
  }

  #flowList(depth: number): unknown[] {
    const list: unknown[] = [];
    this.#items('[', ']', () => list.push(this.#value(depth)));
    return list;
  }

  #items(open: string, close: string, item: () => void): void {
    this.#expect(open);
    this.#take(spaces);
    if (this.#peek() !== close) item();
    this.#take(spaces);
    while (this.#peek() === ',') {
      this.#expect(', ');
      item();
      this.#take(spaces);
    }
    this.#expect(close);
  }

  #key(map: object): string {
    const key = this.#take(name);
    if (key === '__proto__' || Object.hasOwn(map, key)) throw notPlain;
    this.#expect(':');
    return key;
  }

  #endLine(): void {
    if (this.#at < this.#end) this.#expect('\n');
  }

  #indent(): number {
    let at = this.#at;
    while (this.#text[at] === ' ') at++;
    return at - this.#at;
  }

  #peek(): string | undefined {
    return this.#at < this.#end ? this.#text[this.#at] : undefined;
  }

  #expect(what: string): void {
    if (!this.#text.startsWith(what, this.#at)) throw notPlain;
    this.#at += what.length;
  }

  #take(what: RegExp): string {
    what.lastIndex = this.#at;
    const [found] = what.exec(this.#text) ?? [];
    if (found === undefined) throw notPlain;
    this.#at += found.length;
    return found;
  }
}

function define(map: object, key: string, value: unknown): void {
  (map as Record<string, unknown>)[key] = value;
}
