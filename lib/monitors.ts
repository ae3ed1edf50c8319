/**
 * What watches guests, and other things that few embedders need: function
 * listeners, logs of calls, checkpoints of a call's stack, functions of tables
 * and globals by their index.
 *
 * @module
 */

export type { Monitor } from "./config.ts";
export { Checkpoint, CheckpointError } from "./checkpoint.ts";
export {
  type FunctionListener,
  type FunctionListenerFactory,
  listen,
} from "./listen.ts";
export {
  LOG_SCOPES,
  logCalls,
  logHostCalls,
  type LogScope,
} from "./logging.ts";
export { globalsOf, lookupFunction } from "./lookup.ts";
