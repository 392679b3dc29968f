import type { ThreadedPolicy } from "interlock-policy";
import { offersOf, type Said, type Sayings, statesOf } from "./grid.ts";

/** Whose the resource is that a role acts on. */
export type Ownership = "own" | "foreign" | "unsaid";

const SOMEONE = "someone";
const ANOTHER = "somebody-else";

/**
 * What a role alone says of the conditions of a kind: the policy is asked, for a subject with that role, of a resource
 * that is the subject's, another's, or nobody knows whose, and of which nothing else is known.
 *
 * A condition that is named as a reason of a refusal is false; one that a doubt does not name holds; whatever else is not
 * said. That a resource's attribute `owner` holds its owner's id is assumed, as `interlock check` does.
 */
export async function sayingsOfRole(
  policy: ThreadedPolicy,
  mode: number,
  kind: number,
  role: string,
  ownership: Ownership,
): Promise<Sayings> {
  const { manifest } = policy;
  const name = manifest.kinds[kind]?.name ?? "";
  const states = statesOf(manifest, mode, kind);
  const offers = offersOf(manifest, mode, kind);
  const owner = { own: SOMEONE, foreign: ANOTHER, unsaid: undefined }[ownership];
  const surveyed = await policy.survey({
    mode: manifest.modes[mode] ?? "",
    subject: { id: SOMEONE, roles: [role] },
    actions: offers.map(({ action }) => manifest.actions[action]?.name ?? ""),
    targets: states.map((state, place) => ({
      kind: name,
      id: `target-${place}`,
      state: manifest.kinds[kind]?.states[state]?.name ?? "",
      ...(owner === undefined ? {} : { attributes: { owner } }),
    })),
    coverage: "partial",
  });
  const said = new Map<string, Said>();
  surveyed.forEach(({ answers }, place) => {
    const state = states[place];
    answers.forEach(({ verdict, cause, reasons }, column) => {
      const offer = offers[column];
      if (state === undefined || !offer || cause !== "conditions") return;
      for (const condition of offer.conditions) {
        const info = manifest.conditions[condition];
        if (info?.class !== "access" && info?.class !== "mode") continue;
        const isNamed = reasons.includes(info.code);
        const answer = verdict === "deny" ? (isNamed ? false : undefined) : !isNamed || undefined;
        if (answer !== undefined) said.set(`${state} ${condition}`, answer);
      }
    });
  });
  return (state, condition) => said.get(`${state} ${condition}`);
}
