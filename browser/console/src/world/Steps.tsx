import type { Manifest } from "interlock-policy";
import { StateChip } from "../components/StateChip.tsx";
import { Sentence } from "../components/Sentence.tsx";
import { typedOf, without } from "../link/attributes.ts";
import { choose } from "../link/link.ts";
import { words } from "../policies/names.ts";
import { actionTitle } from "../policies/titles.ts";
import type { Ready } from "../worlds/current.ts";
import type { Taken } from "../worlds/replay.ts";
import type { Step } from "../worlds/steps.ts";
import { saidOf } from "./said.ts";
import { goTo, redo, undo } from "./steps.ts";
import { chooseTarget } from "./target.ts";

/** What was done, in its order: each step can be gone back to, and what was taken back be taken again. */
export function Steps({ manifest, ready }: { manifest: Manifest; ready: Ready }) {
  const { taken, ahead } = ready;
  const last = taken.at(-1);
  return (
    <section class="world-steps" aria-label="Steps">
      <div class="steps-head">
        <h2>Steps</h2>
        <button type="button" disabled={taken.length === 0} onClick={() => undo(ready)}>
          Undo
        </button>
        <button type="button" disabled={ahead.length === 0 || last?.refused !== undefined} onClick={() => redo(ready)}>
          Redo
        </button>
        {taken.length + ahead.length > 0 && (
          <button type="button" onClick={() => choose({ ...without("param.", "attr."), do: null, at: null })}>
            Forget all
          </button>
        )}
      </div>
      <p class="hidden" role="status">
        {last ? saidOf(manifest, last) : ""}
      </p>
      {taken.length + ahead.length === 0 ? (
        <p class="quiet">Nothing was done yet. Take an action, and see here what follows.</p>
      ) : (
        <ol>
          <li class="step step-start" aria-current={taken.length === 0 ? "step" : undefined}>
            <button type="button" class="link" onClick={() => goTo(0)}>
              The world as it was
            </button>
          </li>
          {taken.map((one, place) => (
            <li
              key={place}
              class={`step${one.refused === undefined ? "" : " step-refused"}`}
              aria-current={place === taken.length - 1 ? "step" : undefined}
            >
              <Title manifest={manifest} step={one.step} onGo={() => goTo(place + 1)} />
              <Outcome manifest={manifest} taken={one} />
            </li>
          ))}
          {ahead.map((step, place) => (
            <li key={taken.length + place} class="step step-ahead">
              <Title manifest={manifest} step={step} onGo={() => goTo(taken.length + place + 1)} />
              <p class="quiet">
                {last?.refused === undefined ? "taken back" : "not taken: the step before is refused"}
              </p>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function Title({ manifest, step, onGo }: { manifest: Manifest; step: Step; onGo: () => void }) {
  const { subject, action, kind, id, parameters } = step;
  const given = Object.entries(parameters);
  return (
    <p class="step-title">
      <button type="button" class="link" onClick={onGo}>
        {action === null ? "Said" : actionTitle(manifest, action)}
        <span class="hidden">: go to after this step</span>
      </button>{" "}
      <span class="quiet">{words(kind)}</span>{" "}
      <button type="button" class="link mono" onClick={() => chooseTarget({ kind, id })}>
        {id}
      </button>
      {action !== null && (
        <span class="quiet">, {subject === null ? "reported by the platform" : `asked by ${subject}`}</span>
      )}
      {given.length > 0 && (
        <span class="quiet">, {given.map(([name, value]) => `${words(name)}: ${typedOf(value)}`).join("; ")}</span>
      )}
    </p>
  );
}

function Outcome({ manifest, taken }: { manifest: Manifest; taken: Taken }) {
  const { step, before, after, decision, refused } = taken;
  if (refused !== undefined) {
    return (
      <p class="step-why">
        Not taken: <Sentence text={refused} />
      </p>
    );
  }
  if (step.action === null) {
    const changes = Object.entries(step.attributes);
    return (
      <p>
        {changes.map(([name, value]) => `${words(name)}: ${value === "" ? "not said" : typedOf(value)}`).join("; ")}
      </p>
    );
  }
  return (
    <>
      <p>
        <StateChip manifest={manifest} kind={step.kind} state={before} />{" "}
        {before === after ? (
          <span class="quiet">stays</span>
        ) : (
          <>
            <span aria-hidden="true">→</span>
            <span class="hidden">becomes</span> <StateChip manifest={manifest} kind={step.kind} state={after} />
          </>
        )}
      </p>
      {(decision?.effects.length ?? 0) > 0 && (
        <ul class="step-effects">
          {decision?.effects.map(({ code, message }) => (
            <li key={code}>{message}</li>
          ))}
        </ul>
      )}
    </>
  );
}
