import type { Manifest } from "interlock-policy";
import { words } from "./names.ts";

/** Title of a kind by its name, as people read it. What the policy does not have is shown as it is named. */
export function kindTitle(manifest: Manifest, kind: string): string {
  return manifest.kinds.find(({ name }) => name === kind)?.title ?? words(kind);
}

/** Title of a state of a kind, both by name. */
export function stateTitle(manifest: Manifest, kind: string, state: string): string {
  const info = manifest.kinds.find(({ name }) => name === kind);
  return info?.states.find(({ name }) => name === state)?.title ?? words(state);
}

/** Title of an action by its name. */
export function actionTitle(manifest: Manifest, action: string): string {
  return manifest.actions.find(({ name }) => name === action)?.title ?? words(action);
}

/** What a condition asks, by its code; what the policy does not have is shown as it is named. */
export function questionOf(manifest: Manifest, code: string): string {
  return manifest.conditions.find((condition) => condition.code === code)?.question ?? code;
}
