import type { Branch, Manifest, Offer, Rule } from "interlock-policy";
import { offersOf } from "../matrix/grid.ts";

/** One way in which an action leads from a state to a state; states and actions by index. */
export interface Transition {
  readonly offer: Offer;
  /** The rule that speaks for the state. */
  readonly rule: Rule;
  /** The end of the rule that is taken. */
  readonly branch: Branch;
  readonly from: number;
  /** The same as `from` where the state stays as it is. */
  readonly to: number;
  /** Conditions that suffice for this end if they are true and those of `fails` false, as bits of the offer's list. */
  readonly holds: number;
  /** Selectors that must be false for that. */
  readonly fails: number;
}

/** Most transitions that are read of a kind in a mode. A manifest may have millions, and a page that reads them stands still. */
export const MOST_TRANSITIONS = 10_000;
/** Most steps of finding out which ends of rules are ever taken: hostile selectors would have the page search for ever. */
const MOST_STEPS = 20_000;

/** Transitions of a kind in a mode. */
export interface Transitions {
  readonly found: readonly Transition[];
  /** Whether these are all. */
  readonly isWhole: boolean;
}

/**
 * Every transition of a kind in a mode: by action, by state, by end, as `interlock path` and the exported charts read the
 * rules. Ends that are never taken, since earlier ones always match before, have none. Where there are more than
 * {@link MOST_TRANSITIONS}, those of the first actions are given.
 */
export function transitionsOf(manifest: Manifest, mode: number, kind: number): Transitions {
  const states = manifest.kinds[kind]?.states.length ?? 0;
  const found: (Transition & { end: number })[] = [];
  let steps = 0;
  const read = () => {
    for (const offer of offersOf(manifest, mode, kind)) {
      for (const rule of offer.rules) {
        const from = rule.from_states.filter((state) => state < states);
        for (const [end, branch] of rule.branches.entries()) {
          steps += 1;
          if (steps > MOST_STEPS) return false;
          if ((branch.next_state ?? 0) >= states) continue;
          const failed = new Set<string>();
          const masks = taken(rule.branches.slice(0, end), branch, failed);
          steps += failed.size;
          if (steps > MOST_STEPS) return false;
          if (!masks) continue;
          const holds = masks.when | rule.requires | branch.requires;
          const fails = masks.unless;
          if ((holds & fails) !== 0) continue;
          if (found.length + from.length > MOST_TRANSITIONS) return false;
          for (const state of from) {
            found.push({ end, offer, rule, branch, from: state, to: branch.next_state ?? state, holds, fails });
          }
        }
      }
    }
    return true;
  };
  const isWhole = read();
  found.sort((a, b) => a.offer.action - b.offer.action || a.from - b.from || a.end - b.end);
  return { found, isWhole };
}

/** Selectors that must be true, and those that must be false. */
interface Masks {
  readonly when: number;
  readonly unless: number;
}

/**
 * What must be so that a branch matches and none before it; undefined where that cannot be.
 *
 * - `failed`: takes what was tried for it; where that is more than {@link MOST_STEPS}, the search was given up.
 */
function taken(earlier: readonly Masks[], { when, unless }: Masks, failed: Set<string>): Masks | undefined {
  return (when & unless) === 0 ? avoiding(earlier, when, unless, failed) : undefined;
}

/**
 * The same truths and more, so that no branch of `earlier` matches.
 *
 * - `failed`: what is known to be impossible, so that the search is bounded by the number of assignments.
 */
function avoiding(earlier: readonly Masks[], when: number, unless: number, failed: Set<string>): Masks | undefined {
  const [first, ...rest] = earlier;
  if (!first) return { when, unless };
  if ((first.when & (first.unless | unless)) !== 0 || (first.unless & when) !== 0) {
    return avoiding(rest, when, unless, failed);
  }
  const key = `${earlier.length} ${when} ${unless}`;
  if (failed.has(key) || failed.size > MOST_STEPS) return undefined;
  for (const bit of bits(first.when & ~when)) {
    const found = avoiding(rest, when, unless | bit, failed);
    if (found) return found;
  }
  for (const bit of bits(first.unless & ~unless)) {
    const found = avoiding(rest, when | bit, unless, failed);
    if (found) return found;
  }
  failed.add(key);
  return undefined;
}

function bits(mask: number): number[] {
  return Array.from({ length: 32 }, (_, place) => 1 << place).filter((bit) => (mask & bit) !== 0);
}
