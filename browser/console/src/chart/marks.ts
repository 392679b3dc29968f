import type { Mark } from "../components/Verdict.tsx";
import { chosen } from "../link/link.ts";
import type { Grid } from "../matrix/grid.ts";
import { type Arc, arcId } from "./machine.ts";

/** Whether anything is said of role or conditions, so that answers are worth a mark. */
export function isAnythingSaid(): boolean {
  return ["role", "holds", "fails"].some((name) => (chosen(name) ?? "") !== "");
}

/**
 * How each arc is answered under what is said, by its id: an action that is allowed, but leads elsewhere, is refused as a
 * way to this state.
 */
export function marksOf(grid: Grid, arcs: readonly Arc[]): ReadonlyMap<string, Mark> {
  const cells = new Map(grid.cells.flat().map((cell) => [`${cell.state} ${cell.offer.action}`, cell]));
  return new Map(
    arcs.map((arc) => {
      const cell = cells.get(`${arc.from} ${arc.action}`);
      const leadsElsewhere = cell?.mark === "allow" && (cell.outcome?.next_state ?? arc.from) !== arc.to;
      return [arcId(arc), leadsElsewhere ? "deny" : (cell?.mark ?? "none")];
    }),
  );
}
