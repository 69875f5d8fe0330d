// Messages between the worker and its trainer's thread.
import type { TrainingVerdict } from '../../handler.ts';
import type { LocatedTask } from '../../data/located-task.ts';

export interface ThreadData {
  /** The module's file: URL. */
  readonly url: string;
  /** Absolute, at least one: shards lie below them, and outputs below the first. */
  readonly roots: readonly string[];
}

export type ToThread =
  | { readonly kind: 'train'; readonly task: LocatedTask; readonly attempt: number }
  | { readonly kind: 'cancel' };

export type FromThread =
  | { readonly kind: 'ready' }
  | { readonly kind: 'unloadable'; readonly message: string }
  | {
      readonly kind: 'progress';
      readonly fraction: number;
      readonly metrics?: Record<string, number>;
    }
  /** As JSON, so that only what can travel does. */
  | { readonly kind: 'result'; readonly json: string }
  | {
      readonly kind: 'error';
      readonly verdict: TrainingVerdict;
      readonly message: string;
      /** Of an error that the module did not foresee: with its stack, and its causes. */
      readonly trace?: string;
    };
