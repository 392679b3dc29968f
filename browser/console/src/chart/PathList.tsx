import { conditionCodes, type Manifest } from "interlock-policy";
import { choose, chosen } from "../link/link.ts";
import { ArcLink } from "./ArcLink.tsx";
import type { Paths, Step } from "./paths.ts";
import type { Transition } from "./transitions.ts";

/** How the number of ways reads, in one sentence or two. */
export function summary({ length, count, paths }: Paths): string {
  if (length === null) return "No sequence of actions leads there.";
  if (length === 0) return "It is the same state: no action is needed.";
  const actions = length === 1 ? "1 action" : `${length} actions`;
  if (count === 1) return `The shortest way takes ${actions}.`;
  const first = count > paths.length ? ` These are the first ${paths.length}.` : "";
  return `${count} ways take ${actions} each, and none is shorter.${first}`;
}

/** The sequences of actions, with what each requires and what else follows. */
export function PathList({ manifest, kind, paths }: { manifest: Manifest; kind: number; paths: Paths }) {
  const told = paths.paths.filter((path) => path.length > 0);
  const only = chosen("path");
  return (
    <ol class="paths">
      {told.map((path, place) => {
        const number = String(place + 1);
        return (
          <li key={number}>
            {told.length > 1 && (
              <button
                type="button"
                aria-pressed={only === number}
                onClick={() => choose({ path: only === number ? null : number })}
              >
                {only === number ? "Show all ways" : `Show way ${number} alone`}
              </button>
            )}
            <ol class="steps">
              {path.map((step) => (
                <StepItem key={`${step.from} ${step.action}`} manifest={manifest} kind={kind} step={step} />
              ))}
            </ol>
          </li>
        );
      })}
    </ol>
  );
}

function StepItem({ manifest, kind, step }: { manifest: Manifest; kind: number; step: Step }) {
  const title = (state: number) => manifest.kinds[kind]?.states[state]?.title;
  const action = manifest.actions[step.action];
  return (
    <li>
      <p>
        <ArcLink manifest={manifest} kind={kind} arc={step} />
        {action?.class === "event" && <span class="quiet"> (event)</span>} {title(step.from)} → {title(step.to)}
      </p>
      {step.ways.map((way, place) => (
        <Way key={place} manifest={manifest} way={way} isFirst={place === 0} />
      ))}
    </li>
  );
}

function Way({ manifest, way, isFirst }: { manifest: Manifest; way: Transition; isFirst: boolean }) {
  const needs = [
    ...conditionCodes(manifest, way.offer, way.holds),
    ...conditionCodes(manifest, way.offer, way.fails).map((code) => `not ${code}`),
  ];
  const effects = way.offer.effects
    .filter((_, bit) => ((way.branch.effects >>> bit) & 1) === 1)
    .flatMap((index) => manifest.effects[index]?.code ?? []);
  return (
    <dl class="way">
      <dt>{isFirst ? "requires" : "or"}</dt>
      <dd>{needs.length === 0 ? "nothing" : needs.join(", ")}</dd>
      {effects.length > 0 && (
        <>
          <dt>effects</dt>
          <dd>{effects.join(", ")}</dd>
        </>
      )}
    </dl>
  );
}
