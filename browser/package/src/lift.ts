import { conditionCodes, offerOf, operationsOf, type Manifest } from "./manifest.js";
import type { SurveyedTarget } from "./decision.js";
import type * as contract from "./generated/contract.js";

/**
 * What the glue gives in the JSON form: names of fields with underscores, null where there is nothing, and lists of
 * numbers as lists.
 */
export function lift<T>(value: unknown): T {
  return plain(value) as T;
}

function plain(value: unknown): unknown {
  if (value === undefined) return null;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(plain);
  if (ArrayBuffer.isView(value)) return Array.from(value as Uint8Array);
  const result: Record<string, unknown> = {};
  for (const name in value) result[fieldName(name)] = plain(value[name as keyof typeof value]);
  return result;
}

const FIELD_NAMES = new Map<string, string>();

/** A field's name in the JSON form; there are a few dozen, all of the contract's. */
function fieldName(name: string): string {
  let result = FIELD_NAMES.get(name);
  if (result === undefined) {
    result = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    FIELD_NAMES.set(name, result);
  }
  return result;
}

/** The answers of a survey in names, target by target. */
export function liftSurvey(
  manifest: Manifest,
  query: contract.SurveyQuery,
  answers: readonly contract.Answer[],
): SurveyedTarget[] {
  const mode = manifest.modes.indexOf(query.mode);
  const kinds = new Map(manifest.kinds.map(({ name }, index) => [name, index]));
  const targets = query.targets.map(({ kind, id }): SurveyedTarget => ({ kind, id, answers: [] }));
  const columns = new Map<string, { action: string; index: number }[]>();
  for (const answer of answers) {
    const target = targets[answer.target];
    const kind = target && kinds.get(target.kind);
    if (target === undefined || kind === undefined) continue;
    let actions = columns.get(target.kind);
    if (!actions) {
      const asked = query.actions.map((action) => manifest.actions.findIndex(({ name }) => name === action));
      const indexes = asked.length > 0 ? asked : operationsOf(manifest, mode, kind);
      actions = indexes.map((index) => ({ action: manifest.actions[index]?.name ?? "", index }));
      columns.set(target.kind, actions);
    }
    const column = actions[answer.action];
    if (!column) continue;
    const offer = offerOf(manifest, mode, kind, column.index);
    const reasons = offer && answer.reasons !== 0 ? conditionCodes(manifest, offer, answer.reasons) : [];
    target.answers.push({ action: column.action, verdict: answer.verdict, cause: answer.cause, reasons });
  }
  return targets;
}
