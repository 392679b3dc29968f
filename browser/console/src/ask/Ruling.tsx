import { conditionCodes, type Decision, type Manifest } from "interlock-policy";
import { MARKS } from "../components/Verdict.tsx";
import { linkTo } from "../link/link.ts";
import { questionOf } from "../policies/titles.ts";
import type { Draft } from "./draft.ts";
import { indexOf, offerFor } from "./names.ts";

/** Which rule decided, what it asked, and where it comes from. */
export function Ruling({ manifest, draft, decision }: { manifest: Manifest; draft: Draft; decision: Decision }) {
  const { mode, action, target } = draft;
  const kind = manifest.kinds[indexOf(manifest.kinds, target.kind) ?? -1];
  const state = kind ? indexOf(kind.states, target.state) : undefined;
  const offer = offerFor(manifest, draft);
  const rule = state === undefined ? undefined : offer?.rules.find(({ from_states }) => from_states.includes(state));
  const cell = { mode, kind: target.kind, cell: `${target.state}/${action}` };
  const asked = offer && rule ? conditionCodes(manifest, offer, rule.requires) : [];
  const markOf = (code: string) => {
    if (decision.verdict === "allow") return "allow";
    return decision.reasons.some((reason) => reason.code === code) ? decision.verdict : "none";
  };
  return (
    <section class="ruling">
      <h3>Which rule decided</h3>
      {rule ? (
        <>
          {asked.length > 0 && (
            <ul class="asked">
              {asked.map((code) => {
                const mark = markOf(code);
                const words = { allow: "yes", deny: "no", depends: "not known", none: "not in the way" };
                return (
                  <li key={code}>
                    <span class={`asked-mark verdict-${mark}`} aria-hidden="true">
                      {MARKS[mark].symbol}
                    </span>
                    <span>
                      {questionOf(manifest, code)} <span class="quiet">{words[mark]}</span>
                    </span>
                  </li>
                );
              })}
            </ul>
          )}
          <p>
            Source, {rule.provenance.certainty}: {rule.provenance.sources.join(", ")}
          </p>
          {rule.provenance.note && <p class="quiet">{rule.provenance.note}</p>}
        </>
      ) : (
        <p>
          None: no rule offers it {offer ? "from this state" : `in ${mode} mode`}, and what no rule offers is refused.
        </p>
      )}
      <p class="links">
        <a href={linkTo("matrix", cell)}>Show the cell in the matrix</a>
        <a href={linkTo("chart", cell)}>Show it in the chart</a>
      </p>
    </section>
  );
}
