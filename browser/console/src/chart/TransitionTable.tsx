import type { Manifest } from "interlock-policy";
import { type Mark, Verdict } from "../components/Verdict.tsx";
import { choose, chosen } from "../link/link.ts";
import { ArcLink } from "./ArcLink.tsx";
import { arcId, type Machine, MOST_ARCS } from "./machine.ts";

/** What the chart shows, in words: a row for each action from each state. */
export function TransitionTable(props: {
  manifest: Manifest;
  kind: number;
  machine: Machine;
  marks: ReadonlyMap<string, Mark> | undefined;
}) {
  const { manifest, kind, machine, marks } = props;
  const title = (state: number) => manifest.kinds[kind]?.states[state]?.title;
  const sorted = [...machine.arcs].sort((a, b) => a.from - b.from || a.action - b.action || a.to - b.to);
  const rows = sorted.slice(0, MOST_ARCS);
  const isAll = machine.isWhole && rows.length === sorted.length;
  return (
    <details class="transitions" open={chosen("table") === "open"} onToggle={remember}>
      <summary>
        {isAll ? "The same as a table: " : "The first as a table: "}
        {rows.length} transitions
      </summary>
      <div class="table-scroll" tabIndex={0} role="region" aria-label="Transitions">
        <table>
          <caption class="hidden">Transitions of {manifest.kinds[kind]?.title}</caption>
          <thead>
            <tr>
              <th scope="col">From</th>
              <th scope="col">Action</th>
              <th scope="col">Kind of action</th>
              <th scope="col">To</th>
              {marks && <th scope="col">Answer</th>}
            </tr>
          </thead>
          <tbody>
            {rows.map((arc) => (
              <tr key={arcId(arc)}>
                <td>{title(arc.from)}</td>
                <th scope="row">
                  <ArcLink manifest={manifest} kind={kind} arc={arc} />
                </th>
                <td>{arc.isEvent ? "event" : "operation"}</td>
                <td>{arc.from === arc.to ? <span class="quiet">stays as it is</span> : title(arc.to)}</td>
                {marks && (
                  <td>
                    <Verdict verdict={marks.get(arcId(arc)) ?? "none"} />
                  </td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

function remember(event: Event): void {
  const isOpen = (event.currentTarget as HTMLDetailsElement).open;
  if (isOpen !== (chosen("table") === "open")) choose({ table: isOpen ? "open" : null });
}
