import type { Branch, Manifest, Offer, Rule } from "interlock-policy";

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

/**
 * Every transition of a kind in a mode: by action, by state, by end, as `interlock path` and the exported charts read the
 * rules. Ends that are never taken, since earlier ones always match before, have none.
 */
export function transitionsOf(manifest: Manifest, mode: number, kind: number): Transition[] {
  const states = manifest.kinds[kind]?.states.length ?? 0;
  const offers = manifest.offers.filter((offer) => offer.mode === mode && offer.kind === kind);
  const found = offers.flatMap((offer) =>
    offer.rules.flatMap((rule) =>
      rule.branches.flatMap((branch, end) => {
        const masks = taken(rule.branches.slice(0, end), branch);
        if (!masks) return [];
        const holds = masks.when | rule.requires | branch.requires;
        const fails = masks.unless;
        if ((holds & fails) !== 0) return [];
        return rule.from_states
          .map((from) => ({ end, offer, rule, branch, from, to: branch.next_state ?? from, holds, fails }))
          .filter(({ from, to }) => Math.max(from, to) < states);
      }),
    ),
  );
  return found.sort((a, b) => a.offer.action - b.offer.action || a.from - b.from || a.end - b.end);
}

/** Selectors that must be true, and those that must be false. */
interface Masks {
  readonly when: number;
  readonly unless: number;
}

/** What must be so that a branch matches and none before it; undefined where that cannot be. */
export function taken(earlier: readonly Masks[], { when, unless }: Masks): Masks | undefined {
  return (when & unless) === 0 ? avoiding(earlier, when, unless, new Set()) : undefined;
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
  if (failed.has(key)) return undefined;
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
