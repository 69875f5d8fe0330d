// Built from schema/topology.schema.json and environment.schema.json by scripts/validators.mjs.
import type { ValidateFunction } from 'ajv';

export const environment: ValidateFunction;
/** A file without its entries. */
export const head: ValidateFunction;
/** Entries, once their `for_each` is expanded. */
export const exchange: ValidateFunction;
export const queue: ValidateFunction;
export const binding: ValidateFunction;
export const vhost: ValidateFunction;
export const user: ValidateFunction;
export const permission: ValidateFunction;
export const topic_permission: ValidateFunction;
export const policy: ValidateFunction;
export const operator_policy: ValidateFunction;
export const parameter: ValidateFunction;
export const global_parameter: ValidateFunction;
export const superStream: ValidateFunction;
export const forEach: ValidateFunction;
