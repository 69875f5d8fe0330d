// What is odd in a file that RabbitMQ or topo exported, told in a few warnings: there may be thousands of one kind.
import { count } from '../topology/count.ts';
import { renderObject } from '../topology/identity.ts';
import type { TopologyObject } from '../topology/object.ts';
import type { Problem } from '../topology/problem.ts';
import type { OpenedFile } from './opened-file.ts';

/** Of one kind. */
const mostTold = 10;

export class ExportNotes {
  readonly #file: OpenedFile;
  readonly #own: TopologyObject[] = [];
  readonly #odd = new Map<string, Problem[]>();

  constructor(file: OpenedFile) {
    this.#file = file;
  }

  add(problem: Problem): void {
    const others = this.#odd.get(problem.code);
    if (others) others.push(problem);
    else this.#odd.set(problem.code, [problem]);
  }

  /** What RabbitMQ makes by itself. */
  addOwn(object: TopologyObject): void {
    this.#own.push(object);
  }

  warnings(): Problem[] {
    return [...this.#ownWarning(), ...[...this.#odd.values()].flatMap(firstFew)];
  }

  #ownWarning(): Problem[] {
    const [first, ...others] = this.#own;
    if (first === undefined) return [];
    const message =
      others.length === 0
        ? `${renderObject(first)} belongs to RabbitMQ and is left out`
        : `${renderObject(first)} and ${others.length} more belong to RabbitMQ and are left out`;
    const hint = 'remove what RabbitMQ makes by itself from the file to be rid of this warning';
    return [this.#file.problem({ code: 'left-out', message, hint }, [])];
  }
}

function firstFew(problems: readonly Problem[]): Problem[] {
  const more = problems.length - mostTold;
  if (more <= 0) return [...problems];
  const [{ code } = { code: '' }] = problems;
  return [...problems.slice(0, mostTold), { code, message: `${count(more)} more of this kind` }];
}
