// Resolves ${name}: --var before --var-file before TOPO_VAR_name before the file's own value.
import { nearest } from '../topology/did-you-mean.ts';
import { quote } from '../topology/quote.ts';
import type { Position, Problem } from '../topology/problem.ts';
import type { Value } from '../topology/value.ts';
import type { Environment } from './environment.ts';
import { fillIn, hasExpression, Unfilled, type Meaning } from './expression.ts';
import type { Row } from './for-each.ts';

/**
 * A value for a variable: `literal` from the command line or the environment; `broken` if it is
 * invalid and has been reported.
 */
export interface Given {
  /** Null is no value: it has to come from elsewhere. */
  readonly value: Value;
  /** As written, if rendering the value would differ. */
  readonly spelling?: string | undefined;
  readonly kind: 'literal' | 'template' | 'broken';
  /** Where it comes from, such as `--var n` or `prod.yaml:2`. */
  readonly from?: string;
}

export interface Declaration extends Given {
  readonly at: Position;
}

export class Variables {
  readonly #declared: ReadonlyMap<string, Declaration>;
  readonly #given: ReadonlyMap<string, Given>;
  readonly #environment: Environment;
  readonly #values = new Map<string, Meaning>();
  /** The variables being resolved, in their order. */
  readonly #pending: string[] = [];
  readonly #used = new Set<string>();
  readonly #broken = new Set<string>();

  constructor(
    declared: ReadonlyMap<string, Declaration>,
    given: ReadonlyMap<string, Given>,
    environment: Environment,
  ) {
    this.#declared = declared;
    this.#given = given;
    this.#environment = environment;
  }

  /**
   * Resolves every variable and reports each problem once; later uses of a broken one fail
   * silently.
   */
  check(report: (problem: Problem) => void): void {
    for (const name of this.#declared.keys()) {
      try {
        this.#valueOf(name);
      } catch (error) {
        if (!(error instanceof Unfilled)) throw error;
        const at = this.#declared.get(error.variable ?? name)?.at;
        if (error.problem) report({ ...error.problem, ...(at && { at }) });
      }
    }
  }

  /** Throws Unfilled. */
  readonly lookup = (name: string): Meaning => {
    this.#used.add(name);
    return name.startsWith('env:') ? this.#environment.lookup(name.slice(4)) : this.#valueOf(name);
  };

  /** The lookup inside an entry with for_each, whose variables come first. */
  within({ values }: Row): (name: string) => Meaning {
    return (name) => {
      const value = values.get(name);
      if (value !== undefined) return { value };
      if (name.startsWith('env:') || this.#declared.has(name)) return this.lookup(name);
      throw this.#unknown(name, values.keys());
    };
  }

  /** The variables that no lookup has used. */
  unused(): [string, Declaration][] {
    return [...this.#declared].filter(([name]) => !this.#used.has(name));
  }

  #valueOf(name: string): Meaning {
    const known = this.#values.get(name);
    if (known !== undefined) return known;
    const declaration = this.#declaration(name);
    const given = this.#given.get(name) ?? declaration;
    const { value, kind } = given;
    if (kind === 'broken') throw new Unfilled();
    if (value === null) throw this.#unset(name, given);
    if (kind === 'literal' || typeof value !== 'string' || !hasExpression(value)) return given;
    if (this.#broken.has(name)) throw new Unfilled();
    if (this.#pending.includes(name)) throw cycle([...this.#pending, name]);
    if (this.#pending.length > longestChain) throw tooLongAChain();
    this.#pending.push(name);
    try {
      const filled = fillIn(value, this.lookup);
      this.#values.set(name, filled);
      return filled;
    } catch (error) {
      if (error instanceof Unfilled) error.variable ??= name;
      this.#broken.add(name);
      throw error;
    } finally {
      this.#pending.pop();
    }
  }

  #declaration(name: string): Declaration {
    const declaration = this.#declared.get(name);
    if (declaration) return declaration;
    throw this.#unknown(name);
  }

  /** `names`: more names that are known here. */
  #unknown(name: string, names: Iterable<string> = []): Unfilled {
    const from = this.#given.get(name)?.from;
    const hint = `declare it: variables: { ${name}: … }`;
    if (from !== undefined) {
      const message = `no file declares the variable ${quote(name)}; ${from} only gives it a value`;
      return new Unfilled({ code: 'unknown-variable', message, hint });
    }
    const meant = nearest(name, chain(names, this.#declared.keys()));
    return new Unfilled({
      code: 'unknown-variable',
      message: `there is no variable ${quote(name)}`,
      hint: meant ? `did you mean \${${meant}}?` : hint,
    });
  }

  /** Values that no file declares a variable for. */
  #strays(): string[] {
    return [...this.#given.keys()].filter((name) => !this.#declared.has(name));
  }

  /** Reported once, at its declaration. */
  #unset(name: string, { from }: Given): Unfilled {
    if (this.#broken.has(name)) return new Unfilled();
    this.#broken.add(name);
    const message = `variable ${quote(name)} has no value${from === undefined ? '' : `: ${from} says null`}`;
    const slip = nearest(name, this.#strays());
    const place = slip === undefined ? '' : (this.#given.get(slip)?.from ?? '');
    const hint =
      slip === undefined
        ? `set it: ${waysToSet(name).join(', or ')}`
        : `did you mean it by ${quote(slip)} at ${place}?`;
    const unset = new Unfilled({ code: 'unset-variable', message, hint });
    unset.variable = name;
    return unset;
  }
}

function waysToSet(name: string): string[] {
  const ways = [`--var ${name}=…`, `${name}: … in a --var-file`];
  // A shell can't export other names.
  return /^\w+$/.test(name) ? [...ways, `export TOPO_VAR_${name}=…`] : ways;
}

function* chain(...lists: Iterable<string>[]): Iterable<string> {
  for (const list of lists) yield* list;
}

const longestChain = 100;

function tooLongAChain(): Unfilled {
  const message = `the variables refer to each other more than ${longestChain} deep`;
  const hint = 'give some of them values of their own';
  return new Unfilled({ code: 'variable-chain', message, hint });
}

function cycle(names: readonly string[]): Unfilled {
  const circle = names.slice(names.indexOf(names.at(-1) ?? ''));
  const message = `the variables refer to each other in a circle: ${circle.join(' → ')}`;
  const hint = 'give one of them a value of its own';
  return new Unfilled({ code: 'variable-cycle', message, hint });
}
