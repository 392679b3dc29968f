import type { ThreadedPolicy } from "interlock-policy";
import { useEffect, useState } from "preact/hooks";
import { say } from "../app/say.ts";
import { chosen } from "../link/link.ts";
import { ask, type Grid, type Sayings } from "./grid.ts";
import { type Ownership, sayingsOfRole } from "./role.ts";
import { readSaid } from "./said.ts";

/**
 * The cells of a kind in a mode under what the link says of role and conditions; none before the first answer. They are
 * asked for anew when that changes, and stay as they were until the answer is there. `failure` says why the last ones could
 * not be had.
 */
export function useGrid(policy: ThreadedPolicy, mode: number, kind: number): { grid?: Grid; failure?: string } {
  const { manifest } = policy;
  const role = chosen("role");
  const ownership = (chosen("of") ?? "unsaid") as Ownership;
  const said = readSaid(chosen("holds"), chosen("fails"));
  const [grid, setGrid] = useState<Grid>();
  const [failure, setFailure] = useState<string>();
  useEffect(() => {
    let isCurrent = true;
    const run = async () => {
      const byRole = role ? await sayingsOfRole(policy, mode, kind, role, ownership) : undefined;
      const sayings: Sayings = (state, condition) =>
        said.get(manifest.conditions[condition]?.code ?? "") ?? byRole?.(state, condition);
      const found = await ask(policy, mode, kind, sayings);
      if (isCurrent) setGrid({ ...found, ...(byRole && { byRole }) });
    };
    setFailure(undefined);
    run().catch((error: unknown) => isCurrent && setFailure(say(error)));
    return () => {
      isCurrent = false;
    };
  }, [policy, mode, kind, role, ownership, chosen("holds"), chosen("fails")]);
  return { ...(grid && { grid }), ...(failure !== undefined && { failure }) };
}
