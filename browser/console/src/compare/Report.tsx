import { quote } from "../ask/command.ts";
import type { Class, Findings } from "interlock-compare";
import type { ComponentChildren } from "preact";
import { download } from "../components/download.ts";
import { Sentence } from "../components/Sentence.tsx";
import { choose, chosen, linkTo } from "../link/link.ts";
import { fileOf, type PolicyEntry } from "../policies/catalogue.ts";

/** Groups of one class that are shown before one asks for more. */
const SHOWN = 100;

/** What was found, in the words of `interlock diff`. */
export function Report({ findings, old, next }: { findings: Findings; old: PolicyEntry; next: PolicyEntry }) {
  const { comparison, review } = findings;
  const wanted = chosen("class") as Class | null;
  const changed = review.classes.filter(({ cells }) => cells > 0);
  const groups = review.groups.filter(
    ({ changes }) => wanted === null || changes.some((change) => change.class === wanted),
  );
  const isAll = chosen("all") === "yes";
  const isSame = changed.length === 0 && comparison.told.length === 0 && review.findings.length === 0;
  return (
    <div class="report">
      <p>
        <strong>
          {comparison.old.name} {comparison.old.version}
        </strong>{" "}
        and{" "}
        <strong>
          {comparison.new.name} {comparison.new.version}
        </strong>
        . {review.compared} {review.sampled}
      </p>
      {isSame && <p class="same">The two decide, tell and answer alike.</p>}
      {changed.length > 0 && (
        <ul class="classes" aria-label="What changed">
          {changed.map(({ class: name, title, cells, situations, share }) => (
            <li key={name}>
              <button
                type="button"
                class={`class class-${name}`}
                aria-pressed={wanted === name}
                onClick={() => {
                  choose({ class: wanted === name ? null : name });
                }}
              >
                <strong>{title}</strong>
                <span class="quiet">
                  {count(cells, "cell")}, {count(situations, "situation")}, {share}
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {groups.length > 0 && (
        <Part title={wanted ? `Decisions: ${wanted}` : "Decisions"}>
          <ul class="groups">
            {(isAll ? groups : groups.slice(0, SHOWN)).map((group) => (
              <li key={`${group.kind} ${group.action} ${group.states} ${group.modes}`}>
                <p>
                  <strong>
                    {group.action} {group.kind}
                  </strong>{" "}
                  from {group.states.join(", ")} in {group.modes.join(", ")}{" "}
                  <a href={cellOf(next, group)}>in the matrix</a>
                </p>
                <ul>
                  {group.changes.map((change, place) => (
                    <li key={place}>
                      <span class={`class-name class-${change.class}`}>{change.class}</span>{" "}
                      <Sentence text={`${change.what} ${change.where}`} /> <span class="quiet">{change.size}</span>
                    </li>
                  ))}
                </ul>
              </li>
            ))}
          </ul>
          {groups.length > SHOWN && !isAll && (
            <button
              type="button"
              onClick={() => {
                choose({ all: "yes" });
              }}
            >
              Show all {groups.length}
            </button>
          )}
        </Part>
      )}
      {review.findings.length > 0 && (
        <Part title="Answers to samples">
          <ul class="groups">
            {review.findings.map(({ name, before, after, samples, request }, place) => (
              <li key={place}>
                <p>
                  {name && <strong>{name}: </strong>}
                  <Sentence text={`${before} → ${after}`} /> <span class="quiet">{samples}</span>
                </p>
                <details>
                  <summary>The request</summary>
                  <pre>{JSON.stringify(request, null, 2)}</pre>
                </details>
              </li>
            ))}
          </ul>
        </Part>
      )}
      {comparison.told.length > 0 && (
        <Part title={`Told differently (${comparison.told.length})`}>
          <ul class="groups">
            {comparison.told.map((told, place) => (
              <li key={place}>
                {told.what} <strong>{told.name}</strong>{" "}
                {told.telling === "changed" ? (
                  <>
                    {told.field}: {told.before} → {told.after}
                  </>
                ) : (
                  told.telling
                )}
              </li>
            ))}
          </ul>
        </Part>
      )}
      <Part title="Elsewhere">
        <p>The program finds the same:</p>
        <pre>
          interlock diff {argument(old)} {argument(next)}
        </pre>
        <button
          type="button"
          onClick={() => {
            download("diff.json", JSON.stringify(comparison, null, 2));
          }}
        >
          Save as JSON
        </button>
      </Part>
    </div>
  );
}

function Part({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

/** The first cell of a group in the matrix of the new policy. */
function cellOf(next: PolicyEntry, group: Findings["review"]["groups"][number]): string {
  const { kind, action, states, modes } = group;
  return linkTo("matrix", {
    policy: next.url,
    kind,
    mode: modes[0] ?? null,
    cell: `${states[0] ?? ""}/${action}`,
  });
}

/** A policy as an argument of the program: `builtin` is its word for the one built in. */
function argument(entry: PolicyEntry): string {
  const file = fileOf(entry);
  return file === null ? "builtin" : quote(/^-|^builtin$/.test(file) ? `./${file}` : file);
}

function count(number: number, what: string): string {
  return `${number.toLocaleString("en")} ${what}${number === 1 ? "" : "s"}`;
}
