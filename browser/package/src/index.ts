/**
 * Asks Interlock policies, the very WebAssembly components that servers enforce, in browsers and in Node.
 *
 * @module
 */
export type * from "./decision.js";
export { PolicyError, RequestError, type PolicyErrorCode, type RequestErrorCode } from "./error.js";
export type { Backup } from "./generated/backup.js";
export { loadPolicy, type LoadOptions } from "./load.js";
export { conditionCodes, offerOf, operationsOf } from "./manifest.js";
export type * from "./manifest.js";
export type * from "./names.js";
export type { Applied, Policy, ThreadedPolicy } from "./policy.js";
export { readWorld } from "./read-world.js";
export type { Source } from "./read.js";
export {
  readRequest,
  type Attributes,
  type Coverage,
  type Observation,
  type Question,
  type Request,
  type Subject,
  type SurveyQuery,
} from "./request.js";
export { watchPolicy, type PolicyWatch, type WatchOptions } from "./watch.js";
export { ABSENT, requestIn, type Target, type World, worldAfter } from "./world.js";
