import type { Manifest, Offer, Outcome, Situation, ThreadedPolicy } from "interlock-policy";
import type { Mark } from "../components/Verdict.tsx";

/** What is said of a condition: yes, no, or nothing. */
export type Said = boolean | undefined;
/** What is said of the conditions (by index into the manifest's) of a resource in a state. */
export type Sayings = (state: number, condition: number) => Said;

/** An action on a kind from a state. */
export interface GridCell {
  readonly state: number;
  readonly offer: Offer;
  readonly mark: Mark;
  /** Undefined where the action is not offered from the state. */
  readonly outcome: Outcome | undefined;
}

/** States and actions of a kind in a mode. */
export interface Grid {
  readonly states: readonly number[];
  readonly offers: readonly Offer[];
  /** Row by row. */
  readonly cells: readonly (readonly GridCell[])[];
  /** Whether every state of the kind in the mode is there, and not only the first. */
  readonly isWhole: boolean;
  /** What the chosen role says of the conditions. Default: no role is chosen. */
  readonly byRole?: Sayings;
}

/** Most cells that are asked for and drawn; a kind may have 65,536. */
const MOST_CELLS = 10_000;

/** States whose cells are drawn: as many whole rows as {@link MOST_CELLS} allow. */
export function drawnStates(states: readonly number[], offers: number): readonly number[] {
  return states.slice(0, Math.floor(MOST_CELLS / Math.max(1, offers)));
}

/** Asks the policy the cells of a kind in a mode, under what is said of its conditions: of {@link drawnStates}. */
export async function ask(policy: ThreadedPolicy, mode: number, kind: number, sayings: Sayings): Promise<Grid> {
  const { manifest } = policy;
  const all = statesOf(manifest, mode, kind);
  const offers = offersOf(manifest, mode, kind);
  const states = drawnStates(all, offers.length);
  const offered = states.flatMap((state) =>
    offers.filter((offer) => offer.from_states.includes(state)).map((offer) => ({ state, offer })),
  );
  const situations = offered.map(({ state, offer }) => situation(offer, state, sayings));
  const outcomes = await policy.decideAll(situations);
  const found = new Map<Offer, Map<number, Outcome | undefined>>();
  offered.forEach(({ state, offer }, index) => {
    const row = found.get(offer) ?? new Map<number, Outcome | undefined>();
    found.set(offer, row.set(state, outcomes[index]));
  });
  const cells = states.map((state) =>
    offers.map((offer): GridCell => {
      const outcome = found.get(offer)?.get(state);
      const mark = outcome && outcome.cause === "conditions" ? outcome.verdict : "none";
      return { state, offer, mark, outcome };
    }),
  );
  return { states, offers, cells, isWhole: states.length === all.length };
}

/** States of a kind that a mode has, by index. */
export function statesOf(manifest: Manifest, mode: number, kind: number): number[] {
  const states = manifest.kinds[kind]?.states ?? [];
  return states.flatMap(({ modes }, state) => (modes.includes(mode) ? [state] : []));
}

/** Offers of a kind in a mode, in the order of the manifest's actions. */
export function offersOf(manifest: Manifest, mode: number, kind: number): Offer[] {
  return manifest.offers
    .filter((offer) => offer.mode === mode && offer.kind === kind)
    .sort((one, other) => one.action - other.action);
}

/** Conditions of a kind's offers in a mode, by index, in the manifest's order. */
export function conditionsOf(offers: readonly Offer[]): number[] {
  return [...new Set(offers.flatMap(({ conditions }) => conditions))].sort((one, other) => one - other);
}

function situation({ mode, kind, action, conditions }: Offer, state: number, sayings: Sayings): Situation {
  let holds = 0;
  let known = 0;
  conditions.forEach((condition, bit) => {
    const said = sayings(state, condition);
    if (said === undefined) return;
    known += 2 ** bit;
    if (said) holds += 2 ** bit;
  });
  return { mode, kind, state, action, holds, known };
}
