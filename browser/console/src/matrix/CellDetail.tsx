import "./cell.css";
import { type Branch, conditionCodes, type Manifest, type Offer, type Rule } from "interlock-policy";
import { Drawer } from "../components/Drawer.tsx";
import { Verdict } from "../components/Verdict.tsx";
import { choose, chosen, linkTo, view } from "../link/link.ts";
import { questionOf } from "../policies/titles.ts";
import { ConditionChoice } from "./ConditionChoice.tsx";
import type { Grid, Said } from "./grid.ts";
import { readSaid } from "./said.ts";

/** The cell that is open: what it asks, where it leads, what else follows, and where the rule comes from. */
export function CellDetail({ manifest, kind, grid }: { manifest: Manifest; kind: number; grid: Grid }) {
  const [stateName = "", actionName = ""] = (chosen("cell") ?? "").split("/");
  const states = manifest.kinds[kind]?.states ?? [];
  const cell = grid.cells
    .flat()
    .find(
      ({ state, offer }) => states[state]?.name === stateName && manifest.actions[offer.action]?.name === actionName,
    );
  if (!cell) return null;
  const { offer, state, mark } = cell;
  const action = manifest.actions[offer.action];
  const rule = offer.rules.find(({ from_states }) => from_states.includes(state));
  return (
    <Drawer
      key={`${stateName}/${actionName}`}
      title={`${action?.title}, ${states[state]?.title}`}
      onClose={() => choose({ cell: null })}
    >
      <p>
        <Verdict verdict={mark} />
      </p>
      <p>{action?.meaning}</p>
      {rule ? (
        <RuleDetail
          manifest={manifest}
          kind={kind}
          offer={offer}
          rule={rule}
          byRole={(condition) => grid.byRole?.(state, condition)}
        />
      ) : (
        <p>
          Not offered from here. It is offered from {offer.from_states.map((from) => states[from]?.title).join(", ")}.
        </p>
      )}
      <p>
        {view.value === "chart" ? (
          <a href={linkTo("matrix", { state: null })}>Show in the matrix</a>
        ) : (
          <a href={linkTo("chart", { state: null, look: null })}>Show in the chart</a>
        )}
      </p>
    </Drawer>
  );
}

function RuleDetail(props: {
  manifest: Manifest;
  kind: number;
  offer: Offer;
  rule: Rule;
  byRole: (condition: number) => Said;
}) {
  const { manifest, kind, offer, rule, byRole } = props;
  const said = readSaid(chosen("holds"), chosen("fails"));
  const required = new Set(conditionCodes(manifest, offer, rule.requires));
  const { certainty, sources, note } = rule.provenance;
  return (
    <>
      <h3>Requires</h3>
      {rule.requires === 0 ? (
        <p>Nothing.</p>
      ) : (
        <div class="condition-list">
          {manifest.conditions.map(
            (condition, index) =>
              required.has(condition.code) && (
                <ConditionChoice key={condition.code} condition={condition} said={said} byRole={byRole(index)} />
              ),
          )}
        </div>
      )}
      <h3>Leads to</h3>
      <ul class="ends">
        {rule.branches.map((branch, place) => (
          <End
            key={place}
            manifest={manifest}
            kind={kind}
            offer={offer}
            branch={branch}
            isOnly={rule.branches.length === 1}
          />
        ))}
      </ul>
      {rule.alternatives.length > 0 && (
        <>
          <h3>Instead, where it is refused</h3>
          <p>{rule.alternatives.map((index) => manifest.actions[index]?.title).join(", ")}</p>
        </>
      )}
      <h3>Source</h3>
      <p>
        {certainty}: {sources.join(", ")}
      </p>
      {note && <p class="quiet">{note}</p>}
    </>
  );
}

function End(props: { manifest: Manifest; kind: number; offer: Offer; branch: Branch; isOnly: boolean }) {
  const { manifest, kind, offer, branch, isOnly } = props;
  const question = (code: string) => questionOf(manifest, code);
  const asked = [
    ...conditionCodes(manifest, offer, branch.when).map((code) => `${question(code)} Yes.`),
    ...conditionCodes(manifest, offer, branch.unless).map((code) => `${question(code)} No.`),
  ];
  const required = conditionCodes(manifest, offer, branch.requires).map(question);
  const effects = offer.effects
    .filter((_, bit) => ((branch.effects >>> bit) & 1) === 1)
    .flatMap((index) => manifest.effects[index] ?? []);
  const next = branch.next_state;
  return (
    <li>
      <p>
        <strong>{next === null ? "the same state" : manifest.kinds[kind]?.states[next]?.title}</strong>
        {!isOnly && (asked.length > 0 ? ` – ${asked.join(" ")}` : " – otherwise")}
      </p>
      {required.length > 0 && <p>Requires besides: {required.join(" ")}</p>}
      {effects.length > 0 && (
        <ul>
          {effects.map(({ code, meaning }) => (
            <li key={code}>{meaning}</li>
          ))}
        </ul>
      )}
    </li>
  );
}
