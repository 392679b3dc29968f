import type { ConditionClass } from "./decision.js";

/** How sure a source is: it says it, it follows, it is presupposed, or the policy chose. */
export type Certainty = "stated" | "inferred" | "implied" | "default";

/** Where a rule comes from. */
export interface Provenance {
  /** How sure it is. */
  certainty: Certainty;
  /** Keys of the sources, as the policy's documentation lists them. */
  sources: string[];
  /** What a reader should know besides; may be empty. */
  note: string;
}

/** A state of a kind. */
export interface StateInfo {
  /** Name. */
  name: string;
  /** Title, as people read it. */
  title: string;
  /** What it means to be in this state, a sentence. */
  meaning: string;
  /** Modes that have the state, as indexes. */
  modes: number[];
  /** Reported by the platform only. */
  observed_only: boolean;
  /** Where it comes from. */
  provenance: Provenance;
}

/** A kind of resource. */
export interface KindInfo {
  /** Name. */
  name: string;
  /** Title, as people read it. */
  title: string;
  /** Modes that have the kind, as indexes. */
  modes: number[];
  /** States; the first is `absent`. */
  states: StateInfo[];
  /** Where it comes from. */
  provenance: Provenance;
}

/** Something that may be done to a resource, or happen to it. */
export interface ActionInfo {
  /** Name. */
  name: string;
  /** Title, as people read it. */
  title: string;
  /** Asked for by a subject, or reported by the platform. */
  class: "operation" | "event";
  /** What it does, a sentence. */
  meaning: string;
}

/** A named yes/no question about a request. */
export interface ConditionInfo {
  /** Name; the code of the reason when it is false or unknown. */
  code: string;
  /** What kind of question it is. */
  class: ConditionClass;
  /** As a yes/no question; yes is what an action needs. */
  question: string;
  /** Paths of `inputs` that a caller supplies so that it can be answered. */
  reads: string[];
  /** Where it comes from. */
  provenance: Provenance;
}

/** Something that can follow from an action besides the next state. */
export interface EffectInfo {
  /** Name. */
  code: string;
  /** What happens, a sentence. */
  meaning: string;
}

/** Something a caller can supply. */
export interface InputInfo {
  /** `subject.id`, `subject.roles`, `subject.NAME`, `target.NAME`, `related.KIND.NAME` or `parameter.NAME`. */
  path: string;
  /** What it says, and what its absence means. */
  meaning: string;
  /** The values it takes. Empty: any text; a whole number where the meaning says so. */
  values: string[];
  /** The kind of resource whose id it holds. */
  links_to: string | null;
}

/** One end of a rule. */
export interface Branch {
  /** Selector bits that must be true for this end to be taken. */
  when: number;
  /** Selector bits that must be false for this end to be taken. */
  unless: number;
  /** Condition bits that this end requires besides those of its rule. */
  requires: number;
  /** Index into the kind's states; null: unchanged. */
  next_state: number | null;
  /** Bit i is the i-th effect of the offer. */
  effects: number;
}

/** What an action requires and leads to from some states. */
export interface Rule {
  /** Indexes into the kind's states. */
  from_states: number[];
  /** Condition bits that must all be true. */
  requires: number;
  /** The ends; the first match is taken, the last one always matches. */
  branches: Branch[];
  /** Actions named as ways out of a refusal, as indexes. */
  alternatives: number[];
  /** Where it comes from. */
  provenance: Provenance;
}

/** What an action on a kind reads and can cause in one mode. */
export interface Offer {
  /** Index into `modes`. */
  mode: number;
  /** Index into `kinds`. */
  kind: number;
  /** Index into `actions`. */
  action: number;
  /** Indexes into `conditions`: the order of the mask bits. */
  conditions: number[];
  /** Of these, which only choose among ends and never refuse. */
  selectors: number;
  /** Indexes into `effects`: the order of the effect bits. */
  effects: number[];
  /** States from which the action is offered, ascending. */
  from_states: number[];
  /** What it requires and leads to; no two rules share a state. */
  rules: Rule[];
}

/** What a role may do to a kind. */
export interface Grant {
  /** A name from `roles`. */
  role: string;
  /** Index into `modes`. */
  mode: number;
  /** Index into `kinds`. */
  kind: number;
  /** Operations, as indexes into `actions`. */
  actions: number[];
  /** Which resources of the kind: those the subject owns, those shared with it, or all. */
  scope: "owned" | "granted" | "any";
}

/** Everything a policy knows, for drawing, asking and enumerating. */
export interface Manifest {
  /** Name of the policy. */
  name: string;
  /** Version of the policy, semantic. */
  version: string;
  /** Title, as people read it. */
  title: string;
  /** Modes of operation. */
  modes: string[];
  /** Kinds, in the order in which people expect them. */
  kinds: KindInfo[];
  /** Actions: operations first, then events. */
  actions: ActionInfo[];
  /** Conditions. */
  conditions: ConditionInfo[];
  /** Effects. */
  effects: EffectInfo[];
  /** Inputs that conditions read. */
  inputs: InputInfo[];
  /** One for each (mode, kind, action) that exists. */
  offers: Offer[];
  /** Roles. */
  roles: string[];
  /** What each role may do. */
  grants: Grant[];
}

/** The offer of an action on a kind in a mode, all by index; undefined where there is none. */
export function offerOf(manifest: Manifest, mode: number, kind: number, action: number): Offer | undefined {
  return manifest.offers.find((offer) => offer.mode === mode && offer.kind === kind && offer.action === action);
}

/** The operations that a kind offers in a mode, as action indexes in ascending order. */
export function operationsOf(manifest: Manifest, mode: number, kind: number): number[] {
  return manifest.offers
    .filter((offer) => offer.mode === mode && offer.kind === kind)
    .map((offer) => offer.action)
    .filter((action) => manifest.actions[action]?.class === "operation")
    .sort((one, other) => one - other);
}

/** The codes of the conditions that the bits of an offer stand for. */
export function conditionCodes(manifest: Manifest, offer: Offer, bits: number): string[] {
  return offer.conditions
    .filter((_, bit) => ((bits >>> bit) & 1) === 1)
    .map((condition) => manifest.conditions[condition]?.code ?? "")
    .filter((code) => code !== "");
}
