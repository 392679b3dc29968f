import "./cell.css";
import type { Manifest, Offer } from "interlock-policy";
import type { ComponentChildren } from "preact";
import { Choice } from "../components/Choice.tsx";
import { choose, chosen } from "../link/link.ts";
import { CLASSES } from "../policies/classes.ts";
import { ConditionChoice } from "./ConditionChoice.tsx";
import { conditionsOf } from "./grid.ts";
import { readSaid } from "./said.ts";

/** Mode, role and conditions: what is said, so that the policy can answer. What a view asks besides stands beside the role. */
export function Controls(props: {
  manifest: Manifest;
  mode: number;
  offers: readonly Offer[];
  children?: ComponentChildren;
}) {
  const { manifest, mode, offers, children } = props;
  const role = chosen("role");
  const said = readSaid(chosen("holds"), chosen("fails"));
  const conditions = conditionsOf(offers).flatMap((index) => manifest.conditions[index] ?? []);
  const count = conditions.filter(({ code }) => said.has(code)).length;
  return (
    <div class="controls">
      <div class="controls-row">
        <Choice
          label="Mode"
          options={manifest.modes.map((name) => ({ value: name, label: name }))}
          value={manifest.modes[mode] ?? ""}
          onChange={(name) => choose({ mode: name, cell: null })}
        />
        {manifest.roles.length > 0 && (
          <label class="field">
            <span>Role</span>
            <select value={role ?? ""} onChange={(event) => choose({ role: event.currentTarget.value || null })}>
              <option value="">not said</option>
              {manifest.roles.map((name) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </select>
          </label>
        )}
        {role && (
          <Choice
            label="The resource is"
            options={[
              { value: "unsaid", label: "not said" },
              { value: "own", label: "theirs" },
              { value: "foreign", label: "somebody else’s" },
            ]}
            value={chosen("of") ?? "unsaid"}
            onChange={(of) => choose({ of: of === "unsaid" ? null : of })}
          />
        )}
        {(said.size > 0 || role) && (
          <button type="button" onClick={() => choose({ holds: null, fails: null, role: null, of: null })}>
            Say nothing
          </button>
        )}
        {children}
      </div>
      {conditions.length > 0 && (
        <details class="conditions" open={chosen("conditions") === "open"} onToggle={remember}>
          <summary>Conditions: {count === 0 ? "nothing is said" : `${count} of ${conditions.length} said`}</summary>
          {Object.entries(CLASSES).map(([name, title]) => {
            const those = conditions.filter((condition) => condition.class === name);
            return (
              those.length > 0 && (
                <section key={name}>
                  <h2>{title}</h2>
                  <div class="condition-list">
                    {those.map((condition) => (
                      <ConditionChoice key={condition.code} condition={condition} said={said} />
                    ))}
                  </div>
                </section>
              )
            );
          })}
        </details>
      )}
    </div>
  );
}

function remember(event: Event): void {
  const isOpen = (event.currentTarget as HTMLDetailsElement).open;
  if (isOpen !== (chosen("conditions") === "open")) choose({ conditions: isOpen ? "open" : null });
}
