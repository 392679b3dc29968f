import type { Cause, Request, Verdict } from "interlock-policy";

/** How a decision changed. */
export type Class = "widened" | "narrowed" | "reason" | "effect" | "new" | "gone";

/** Cells, and situations in them. */
export interface Count {
  /** How many (mode, kind, state, action). */
  cells: number;
  /** How many situations. */
  situations: number;
}

/** What is known of a condition. */
export type Is = "false" | "not-true" | "unknown" | "known" | "not-false" | "true";

/** An answer in names. */
export interface Said {
  /** The answer in one word. */
  verdict: Verdict;
  /** Why it was refused. */
  cause: Cause;
  /** Where it leads; only where allowed. */
  next_state?: string;
  /** What else follows; only where allowed. */
  effects?: string[];
}

/** Situations of a cell that changed in one way. */
export interface Change {
  /** How. */
  class: Class;
  /** In how many situations. */
  situations: number;
  /** In which: those in which at least one of these holds, condition by condition. */
  where: Record<string, Is>[];
  /** What was said there; empty where the cell is new. */
  before: Said[];
  /** What is said there now; empty where the cell is gone. */
  after: Said[];
  /** Conditions that were among the reasons and are no longer. */
  reasons_gone: string[];
  /** Conditions that are among the reasons and were not. */
  reasons_new: string[];
}

/** A cell in which decisions changed. */
export interface ChangedCell {
  mode: string;
  kind: string;
  state: string;
  action: string;
  /** How many situations of it were compared. */
  situations: number;
  /** Whether only those were compared in which every condition is known. */
  complete_only: boolean;
  /** What changed; no situation stands in two of them. */
  changes: Change[];
}

/** One thing that is told differently and decides nothing. */
export type Told = {
  /** What sort of thing it is. */
  what: string;
  /** Which one; empty where there is only one. */
  name: string;
} & ({ telling: "new" | "gone" } | { telling: "changed"; field: string; before: string; after: string });

/** One way in which answers to requests differ. */
export interface Finding {
  what: "condition" | "request" | "message" | "evidence" | "effect" | "way-out";
  /** Code of the condition or the reason; empty where the request as a whole is meant. */
  name: string;
  before: string;
  after: string;
  /** On how many requests. */
  samples: number;
  /** Whether the two also decide differently about the request. */
  decides: boolean;
  /** A request that shows it, in the form that policies are asked in. */
  request: Request;
}

/** What `interlock diff --format json` prints. */
export interface Comparison {
  old: { name: string; version: string };
  new: { name: string; version: string };
  /** How much was compared. */
  compared: Count;
  /** In how many cells only situations were compared in which every condition is known. */
  complete_only: number;
  /** What changed, counted. */
  changed: Record<Class, Count>;
  /** Every cell in which decisions changed. */
  cells: ChangedCell[];
  told: Told[];
  sampled: {
    given: number;
    generated: number;
    conditions: number;
    turned: number;
    findings: Finding[];
  };
}

/** The same in sentences, as `interlock diff` prints them. */
export interface Review {
  /** What was compared, and whether all of it: a sentence. */
  compared: string;
  /** How much changed in each class; `share` is its part of all situations: "1.2 %". */
  classes: ({ class: Class; title: string; share: string } & Count)[];
  /** The cells that changed, those together that changed alike. */
  groups: ReviewedGroup[];
  /** How much was sampled: two sentences. */
  sampled: string;
  /** What differs on samples; `samples` is a clause that the request follows. */
  findings: { name: string; before: string; after: string; samples: string; request: Request }[];
}

/** Cells of one action that changed in the same way: every state in every mode. */
export interface ReviewedGroup {
  action: string;
  kind: string;
  states: string[];
  modes: string[];
  changes: ReviewedChange[];
}

/** One way in which they changed, in clauses. */
export interface ReviewedChange {
  class: Class;
  /** What happened: "allowed before, now refused because of `paid`". */
  what: string;
  /** In which situations: "where `paid` is false". */
  where: string;
  /** How many situations that are: "2 of 9 situations in each cell". */
  size: string;
}

/** All that was found. */
export interface Findings {
  comparison: Comparison;
  review: Review;
}
