// Built from schema/{task,result,event}.schema.json by scripts/validators.mjs.
import type { ValidateFunction } from 'ajv';
import type { Result } from './result.generated.ts';
import type { Task } from './task.generated.ts';

export const task: ValidateFunction<Task>;
export const result: ValidateFunction<Result>;
/** The two kinds of event. */
export const heartbeat: ValidateFunction;
export const event: ValidateFunction;
