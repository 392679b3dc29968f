import type { Names } from "./names.js";

/**
 * The answer in one word. `depends`: something unknown could change the answer; who enforces treats it as a refusal, who
 * shows a button may ask for what is missing.
 */
export type Verdict = "allow" | "deny" | "depends";

/** What kind of question a condition asks. */
export type ConditionClass = "mode" | "access" | "target" | "related" | "parameter";

/** Why a situation was refused. */
export type Cause = "conditions" | "not-in-mode" | "not-offered" | "not-from-state";

/** A resource that a reason points at. */
export interface Reference<N extends Names = Names> {
  /** Kind. */
  kind: N["kind"];
  /** Id. */
  id: string;
  /** State as observed; `absent` where a link leads to nothing. */
  state: N["state"];
  /** Whether the subject may view it. Messages name no other; neither should a page. */
  visible: boolean;
}

/** One reason for a refusal or a doubt. */
export interface Reason<N extends Names = Names> {
  /** Code of a condition, or a cause. */
  code: N["condition"] | Exclude<Cause, "conditions">;
  /** Class of the condition; `mode` for not-in-mode, `target` for the other causes. */
  class: ConditionClass;
  /** A sentence for the person who was refused. */
  message: string;
  /** The resources in the way, sorted by kind, then id. */
  evidence: Reference<N>[];
}

/** Something that follows from an allowed action besides the next state. */
export interface Effect<N extends Names = Names> {
  /** Code, as the manifest lists it. */
  code: N["effect"];
  /** A sentence. */
  message: string;
}

/** What would serve instead. */
export interface WayOut<N extends Names = Names> {
  /** The action to take: another one for which nothing but parameters is missing, or the same one from another state. */
  action: N["action"];
  /** States from which it would be offered. Empty: from the present one. */
  from_states: N["state"][];
  /** Parameters that it still needs. */
  needs: N["parameter"][];
}

/** The answer to a request, for people and programs. */
export interface Decision<N extends Names = Names> {
  /** The answer in one word. */
  verdict: Verdict;
  /** Deny: the cause, or every condition that is false. Depends: every one that must be known. Allow: none. */
  reasons: Reason<N>[];
  /** Only on allow. Unchanged is the same state. */
  next_state: N["state"] | null;
  /** Only on allow: what else follows. */
  effects: Effect<N>[];
  /** Only on deny: what would serve instead. */
  ways_out: WayOut<N>[];
}

/** One operation on a resource, decided. */
export interface ActionOption<N extends Names = Names> {
  /** The operation. */
  action: N["action"];
  /** The answer. */
  decision: Decision<N>;
}

/** One target of a survey. */
export interface SurveyedTarget<N extends Names = Names> {
  /** Its kind. */
  kind: N["kind"];
  /** Its id. */
  id: string;
  /** In the order of the query's actions, or of the manifest's. */
  answers: SurveyedAction<N>[];
}

/** One action on a target of a survey. */
export interface SurveyedAction<N extends Names = Names> {
  /** The action. */
  action: N["action"];
  /** The answer in one word. */
  verdict: Verdict;
  /** Why it was refused. */
  cause: Cause;
  /** Codes of the conditions that are false (deny) or must be known (depends). */
  reasons: N["condition"][];
}

/** A cell, by indexes into the manifest, and what is known of its conditions. */
export interface Situation {
  /** Index into the manifest's modes. */
  mode: number;
  /** Index into the manifest's kinds. */
  kind: number;
  /** Index into the kind's states; 0 is `absent`. */
  state: number;
  /** Index into the manifest's actions. */
  action: number;
  /** Bit i: the i-th condition of the offer is true. Bits outside `known` are ignored. */
  holds: number;
  /** Bit i: that condition is known. */
  known: number;
}

/** The answer to a situation. */
export interface Outcome {
  /** The answer in one word. */
  verdict: Verdict;
  /** Why it was refused. */
  cause: Cause;
  /** Conditions false (deny) or to be known (depends), as bits of the offer's list. */
  reasons: number;
  /** Only on allow: index into the kind's states. */
  next_state: number | null;
  /** Only on allow: bit i is the i-th effect of the offer. */
  effects: number;
}
