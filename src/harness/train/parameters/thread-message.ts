// Messages between the coordinator's thread and the threads that work on parameters.
import { ExpectedError } from '../../../topology/problem.ts';
import { ParameterFault } from './fault.ts';
import type { ParameterWork } from './work.ts';

export type Kind = keyof ParameterWork;

export interface ToThread<K extends Kind = Kind> {
  readonly id: number;
  readonly kind: K;
  readonly order: Parameters<ParameterWork[K]>[0];
}

export type FromThread = { readonly id: number } & (
  | { readonly kind: 'done'; readonly value: Awaited<ReturnType<ParameterWork[Kind]>> }
  | { readonly kind: 'failed'; readonly failure: Failure }
);

/** An error: its class does not come through. */
export interface Failure {
  readonly kind: 'fault' | 'expected' | 'other';
  readonly message: string;
  readonly hint?: string;
  /** Of the operating system. */
  readonly code?: string;
  readonly syscall?: string;
  readonly stack?: string;
}

export function toFailure(error: unknown): Failure {
  if (!(error instanceof Error)) return { kind: 'other', message: String(error) };
  const { message, stack, code, syscall } = error as NodeJS.ErrnoException;
  if (error instanceof ExpectedError) {
    const kind = error instanceof ParameterFault ? 'fault' : 'expected';
    return { kind, message, ...(error.hint !== undefined && { hint: error.hint }) };
  }
  return {
    kind: 'other',
    message,
    ...(code !== undefined && { code }),
    ...(syscall !== undefined && { syscall }),
    ...(stack !== undefined && { stack }),
  };
}

export function toError({ kind, message, hint, ...rest }: Failure): Error {
  if (kind === 'fault') return new ParameterFault(message, { hint });
  if (kind === 'expected') return new ExpectedError(message, { hint });
  return Object.assign(new Error(message), rest);
}
