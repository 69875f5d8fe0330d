// Text to YAML nodes, by the yaml package, with its sharp edges off: no directives, no tags, no
// quadratic checks, no unbounded recursion. Scalars stay text; scalar.ts says what they mean.
import { Composer, Lexer, Parser, type Document, type Node, type YAMLError } from 'yaml';
import { DepthGuard, scalarFollows } from './depth-guard.ts';
import type { Fault } from './source.ts';
import { depthFault, syntaxFaults, tagFault } from './syntax-faults.ts';

export interface Composed {
  /** The root of the one document; null where the text holds none. */
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
  hint: 'keep one, or make several files of them: topo plan A.yaml B.yaml reads them as one topology',
  offset,
});
