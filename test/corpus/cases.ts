// Reads what cases.yaml says of each definitions file in cases.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { isWithin, type Span } from '../../src/topology/versions.ts';

/** topo writes nothing. */
interface Refusal extends Span {
  readonly says: string;
  /** What apply ends with: 3, unless only the broker's answer to a request tells. */
  readonly exit?: number;
  /** The status of RabbitMQ's import. */
  readonly import: number;
  /** What the import does instead. */
  readonly why?: string;
}

/** The import makes something else of it. */
interface Difference extends Span {
  readonly why: string;
  /** What stands in lines that only the import makes, and only topo. */
  readonly import?: readonly string[];
  readonly topo?: readonly string[];
}

/** RabbitMQ's import refuses what topo applies. */
interface Fault extends Span {
  readonly import: number;
  readonly why: string;
}

/** topo refuses to destroy what it has applied. */
interface Stay extends Span {
  readonly says: string;
}

interface Row {
  /** What the file is like. */
  readonly like: string;
  /** The vhost that the file is about, if its entries don't say. */
  readonly into?: string;
  readonly refused?: readonly Refusal[];
  readonly differs?: readonly Difference[];
  readonly faulty?: readonly Fault[];
  readonly stays?: readonly Stay[];
}

export interface Case {
  readonly name: string;
  readonly file: string;
  readonly like: string;
  readonly into: string | undefined;
  /** By the version that runs. */
  readonly refused: Refusal | undefined;
  readonly differs: readonly Difference[];
  readonly faulty: Fault | undefined;
  readonly stays: Stay | undefined;
}

const folder = new URL('cases/', import.meta.url).pathname;
const table = new URL('cases.yaml', import.meta.url);

export async function readCases(version: string): Promise<Case[]> {
  const rows = parse(await readFile(table, 'utf8')) as Readonly<Record<string, Row>>;
  const isHere = (span: Span) => isWithin(version, span);
  return Object.entries(rows).map(([name, { like, into, refused, differs, faulty, stays }]) => ({
    name,
    file: join(folder, `${name}.json`),
    like,
    into,
    refused: refused?.find(isHere),
    differs: differs?.filter(isHere) ?? [],
    faulty: faulty?.find(isHere),
    stays: stays?.find(isHere),
  }));
}

export const readFileNames = async (): Promise<string[]> =>
  (await readdir(folder)).map((name) => name.replace(/\.json$/, ''));
