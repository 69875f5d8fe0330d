// Built from schema/exec.schema.json by scripts/validators.mjs.
import type { ValidateFunction } from 'ajv';
import type { Trained } from '../../handler.ts';
import type { FromTrainer } from './message.generated.ts';

/** What a trainer sends, by its `type`. */
export const ready: ValidateFunction<FromTrainer>;
export const progress: ValidateFunction<FromTrainer>;
export const result: ValidateFunction<FromTrainer>;
export const error: ValidateFunction<FromTrainer>;
export const pong: ValidateFunction<FromTrainer>;
/** The last line of a process for one task, or what a module returns. */
export const trained: ValidateFunction<Trained>;
