// Composes YAML nodes with the yaml package, without its sharp edges: no directives, no tags, no
// quadratic checks, no unbounded recursion. Scalars stay text; scalar.ts says what they mean.
import { Composer, Lexer, Parser, type Document, type Node, type YAMLError } from 'yaml';
import type { Fault } from './source.ts';
import { depthFault, syntaxFaults, tagFault } from './syntax-faults.ts';

export interface Composed {
  /** The root of the only document; null if the text holds none. */
  readonly root: Node | null;
  readonly faults: readonly Fault[];
}

const options = {
  version: '1.2',
  schema: 'failsafe',
  uniqueKeys: false,
  prettyErrors: false,
  logLevel: 'silent',
} as const;

export function composeYaml(text: string): Composed {
  const guard = new DepthGuard();
  const parser = new Parser();
  const composer = new Composer(options);
  const documents: Document.Parsed[] = [];
  const tags: Fault[] = [];
  let previous = '';
  for (const lexeme of new Lexer().lex(text)) {
    if (guard.exceeds(lexeme)) return { root: null, faults: [depthFault(parser.offset)] };
    if (lexeme.startsWith('!') && previous !== scalarFollows) tags.push(tagFault(parser.offset));
    previous = lexeme;
    for (const token of parser.next(lexeme)) {
      if (token.type === 'directive') return { root: null, faults: [directive(token.offset)] };
      for (const document of composer.next(token)) documents.push(document);
    }
  }
  for (const token of parser.end()) {
    for (const document of composer.next(token)) documents.push(document);
  }
  for (const document of composer.end()) documents.push(document);
  return { root: documents[0]?.contents ?? null, faults: [...tags, ...faultsOf(text, documents)] };
}

function faultsOf(text: string, documents: readonly Document.Parsed[]): readonly Fault[] {
  const second = documents[1];
  if (second) return [severalDocuments(second.range[0])];
  const errors: readonly YAMLError[] = documents.flatMap((document) => [
    ...document.errors,
    ...document.warnings,
  ]);
  return errors.length === 0 ? [] : syntaxFaults(text, errors);
}

const directive = (offset: number): Fault => ({
  code: 'yaml-directive',
  message: 'YAML directives are not supported: they would change what values mean',
  hint: 'remove the line; files are YAML 1.2',
  offset,
});

const severalDocuments = (offset: number): Fault => ({
  code: 'yaml-several-documents',
  message: 'the file holds several YAML documents',
  hint: 'keep one, or split them into files: topo plan A.yaml B.yaml reads them as one topology',
  offset,
});

/** Levels of nesting: far more than a file may have, far fewer than the stack allows. */
const limit = 256;
/** The lexeme before the text of a scalar. */
const scalarFollows = '\u001f';

/**
 * Counts the open collections of a text by its lexemes, to stop deep nesting before the parser and
 * the composer, which recurse, see it.
 */
class DepthGuard {
  #flow = 0;
  /** The columns where block levels began that may still be open. */
  readonly #blocks: number[] = [];
  #column = 0;
  #inScalar = false;

  /** Whether this lexeme opens one level too many. */
  exceeds(lexeme: string): boolean {
    if (this.#inScalar) this.#inScalar = false;
    else this.#take(lexeme);
    this.#column = lexeme.endsWith('\n') ? 0 : this.#column + lexeme.length;
    return this.#flow + this.#blocks.length > limit;
  }

  #take(lexeme: string): void {
    switch (lexeme.charAt(0)) {
      case '[':
      case '{':
        this.#flow++;
        break;
      case ']':
      case '}':
        this.#flow = Math.max(0, this.#flow - 1);
        break;
      case scalarFollows:
        this.#inScalar = true;
        this.#openBlock(this.#column);
        this.#column -= lexeme.length;
        break;
      case '-':
      case '?':
      case '"':
      case "'":
        this.#openBlock(this.#column);
        break;
      default:
    }
  }

  #openBlock(column: number): void {
    if (this.#flow > 0) return;
    while ((this.#blocks.at(-1) ?? -1) >= column) this.#blocks.pop();
    this.#blocks.push(column);
  }
}
