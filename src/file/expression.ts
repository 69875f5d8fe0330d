// ${name} and ${env:NAME} in a scalar. $${ is a literal ${.
import { count } from '../topology/count.ts';
import type { Problem } from '../topology/problem.ts';
import type { Value } from '../topology/value.ts';
import { renderNumber } from '../topology/value.ts';
import { quote } from '../topology/quote.ts';

/** The value of an expression. */
export interface Meaning {
  readonly value: Value;
  /** As it was written, such as 1.10 or 007, to put into a text. */
  readonly spelling?: string | undefined;
  /** Whether the environment has a part in it. */
  readonly isFromEnvironment?: boolean;
  /**
   * The environment variable in it that may be secret: only a field that is never shown may hold
   * it.
   */
  readonly secretOf?: string | undefined;
  /** If the environment has a part in it: a text for the same value that still has `${env:…}`. */
  readonly unresolved?: string | undefined;
}

export type Lookup = (name: string) => Meaning;

/** Why an expression has no value; without a problem if that is reported elsewhere. */
export class Unfilled extends Error {
  readonly problem: Problem | undefined;
  /** The expression as written. */
  expression = '';
  /** The variable whose own value contains the expression. */
  variable: string | undefined;
  constructor(problem?: Problem) {
    super(problem?.message);
    this.problem = problem;
  }
}

const parts = /\$\$\{|\$\{[^{}]*\}|\$\{/g;
const whole = /^\$\{[^{}]*\}$/;

export const hasExpression = (text: string): boolean => text.includes('${');

/** As written. */
export const expressionsIn = (text: string): string[] =>
  (text.match(parts) ?? []).filter((part) => part !== '$${');

/** Evaluates a text: typed if it is one expression and nothing else. Throws Unfilled. */
export function fillIn(text: string, lookup: Lookup): Meaning {
  if (whole.test(text)) return meaningOf(text, lookup);
  let length = text.length;
  const meanings: Meaning[] = [];
  const value = text.replace(parts, (part) => {
    const meaning: Meaning = part === '$${' ? { value: '${' } : meaningOf(part, lookup);
    const filled = asText(meaning, part);
    meanings.push(meaning);
    length += filled.length;
    if (length > longestText) throw tooLong();
    return filled;
  });
  if (!meanings.some(({ isFromEnvironment }) => isFromEnvironment)) return { value };
  const secretOf = meanings.flatMap((meaning) => meaning.secretOf ?? [])[0];
  const unresolved = unresolvedIn(text, meanings);
  return { value, isFromEnvironment: true, secretOf, unresolved };
}

/** `meanings`: those of the expressions, in their order. */
function unresolvedIn(text: string, meanings: readonly Meaning[]): string {
  const left = [...meanings];
  return text.replace(parts, () => {
    const meaning = left.shift() ?? { value: '' };
    return meaning.unresolved ?? escapeExpressions(renderMeaning(meaning));
  });
}

/** Variables that double one another would fill the memory. */
const longestText = 1_000_000;

function tooLong(): Unfilled {
  const message = `the text is longer than ${count(longestText)} characters`;
  return new Unfilled({ code: 'text-too-long', message, hint: 'shorten the variables in it' });
}

/** Returns a text that fillIn turns back into this one. */
export function escapeExpressions(text: string): string {
  return text.replaceAll('${', () => '$${');
}

function meaningOf(expression: string, lookup: Lookup): Meaning {
  try {
    return lookup(nameIn(expression));
  } catch (error) {
    if (error instanceof Unfilled && error.expression === '') error.expression = expression;
    throw error;
  }
}

function nameIn(expression: string): string {
  const name = expression.slice(2, -1).trim();
  if (!expression.endsWith('}')) {
    const hint = 'close it with }, or write $${ for a literal ${';
    throw new Unfilled({ code: 'bad-expression', message: 'an expression is not closed', hint });
  }
  if (/^(?:env:)?[A-Za-z_][\w.-]*$/.test(name)) return name;
  const hint = 'write ${name} or ${env:NAME}; $${ is a literal ${';
  const message = `${quote(expression)} names no variable`;
  throw new Unfilled({ code: 'bad-expression', message, hint });
}

function asText(meaning: Meaning, expression: string): string {
  if (meaning.value !== null) return renderMeaning(meaning);
  const message = `${expression} is null, which can't be part of text`;
  throw new Unfilled({ code: 'null-in-text', message, hint: 'give the variable a value' });
}

/** As text, the way it was written. */
export function renderMeaning({ value, spelling }: Meaning): string {
  return spelling ?? renderText(value);
}

/** Renders a scalar as text, the way people write it. */
export function renderText(value: Value): string {
  if (typeof value === 'string') return value;
  return typeof value === 'boolean' || value === null
    ? String(value)
    : renderNumber(value as number);
}
