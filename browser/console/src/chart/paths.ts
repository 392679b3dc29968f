import type { Transition } from "./transitions.ts";

/** An action on a path; states and actions by index. */
export interface Step {
  readonly action: number;
  readonly from: number;
  /** Another than `from`. */
  readonly to: number;
  /** Every way in which the action leads from the one to the other; at least one. */
  readonly ways: Transition[];
}

/** The shortest sequences of actions that lead from one state to another. */
export interface Paths {
  /** How many actions each takes; null: no sequence leads there. */
  readonly length: number | null;
  /** How many there are. */
  readonly count: number;
  /** The first of them, ordered by their actions and states as the manifest lists them. */
  readonly paths: readonly (readonly Step[])[];
}

/**
 * Finds every shortest sequence of actions between two states, as `interlock path` does: each is taken in the state where
 * the one before has led to. Whether what one requires can hold after the other, no manifest says. From a state to itself
 * leads the one sequence of no action.
 *
 * - `limit`: how many sequences are told at most.
 */
export function shortestPaths(transitions: readonly Transition[], from: number, to: number, limit: number): Paths {
  const all = stepsOf(transitions);
  const left = distances(all, to);
  const length = left.get(from);
  if (length === undefined) return { length: null, count: 0, paths: [] };
  const onward = new Map<number, Step[]>();
  for (const step of all) {
    const before = left.get(step.from);
    const after = left.get(step.to);
    // Only steps that come nearer lie on a shortest sequence.
    if (before === undefined || after === undefined || before !== after + 1) continue;
    const steps = onward.get(step.from) ?? [];
    steps.push(step);
    onward.set(step.from, steps);
  }
  const paths: Step[][] = [];
  const collect = (state: number, path: readonly Step[]) => {
    if (paths.length >= limit) return;
    if (state === to) paths.push([...path]);
    else for (const step of onward.get(state) ?? []) collect(step.to, [...path, step]);
  };
  collect(from, []);
  return { length, count: count(onward, left, from, to), paths };
}

/** Transitions that change the state, those of one action between the same two states together. */
function stepsOf(transitions: readonly Transition[]): Step[] {
  const steps = new Map<string, Step>();
  for (const transition of transitions) {
    const { offer, from, to } = transition;
    if (from === to) continue;
    const key = `${from} ${offer.action} ${to}`;
    const step = steps.get(key) ?? { action: offer.action, from, to, ways: [] };
    step.ways.push(transition);
    steps.set(key, step);
  }
  return [...steps.values()].sort((a, b) => a.from - b.from || a.action - b.action || a.to - b.to);
}

/** How many steps each state is away from one, where it can be reached at all; the nearest first. */
function distances(steps: readonly Step[], to: number): Map<number, number> {
  const left = new Map([[to, 0]]);
  for (const [state, distance] of left) {
    for (const step of steps) {
      if (step.to === state && !left.has(step.from)) left.set(step.from, distance + 1);
    }
  }
  return left;
}

/** How many sequences lead on from a state: the sum of those from each next one, the nearest first. */
function count(
  onward: ReadonlyMap<number, readonly Step[]>,
  left: ReadonlyMap<number, number>,
  from: number,
  to: number,
): number {
  const counts = new Map([[to, 1]]);
  for (const state of left.keys()) {
    if (state === to) continue;
    const next = (onward.get(state) ?? []).map((step) => counts.get(step.to) ?? 0);
    counts.set(
      state,
      next.reduce((sum, one) => sum + one, 0),
    );
  }
  return counts.get(from) ?? 0;
}
