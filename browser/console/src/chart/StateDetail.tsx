import type { Manifest } from "interlock-policy";
import { Drawer } from "../components/Drawer.tsx";
import { choose } from "../link/link.ts";
import { ArcLink } from "./ArcLink.tsx";
import { arcId, type Machine, MOST_ARCS } from "./machine.ts";

/** The state that is chosen: what it means, what leads into it and out of it, and where that is known from. */
export function StateDetail(props: { manifest: Manifest; kind: number; machine: Machine; state: number }) {
  const { manifest, kind, machine, state } = props;
  const info = manifest.kinds[kind]?.states[state];
  if (!info) return null;
  const title = (index: number) => manifest.kinds[kind]?.states[index]?.title ?? "";
  const groups = [
    { heading: "Leads here", arcs: machine.arcs.filter(({ from, to }) => to === state && from !== state), end: "from" },
    { heading: "Leads away", arcs: machine.arcs.filter(({ from, to }) => from === state && to !== state), end: "to" },
    { heading: "Leaves it as it is", arcs: machine.arcs.filter(({ from, to }) => from === state && to === state) },
  ] as const;
  const { certainty, sources, note } = info.provenance;
  return (
    <Drawer key={state} title={info.title} onClose={() => choose({ state: null })}>
      <p>{info.meaning}</p>
      {info.observed_only && <p>Only the platform reports it: no operation leads here.</p>}
      <div class="drawer-actions">
        <button type="button" onClick={() => choose({ from: info.name, path: null })}>
          Ways from here
        </button>
        <button type="button" onClick={() => choose({ to: info.name, path: null })}>
          Ways to here
        </button>
      </div>
      {groups.map(({ heading, arcs, ...rest }) => (
        <section key={heading}>
          <h3>{heading}</h3>
          {arcs.length === 0 && machine.isWhole && <p class="quiet">Nothing.</p>}
          <ul class="arc-list">
            {arcs.slice(0, MOST_ARCS).map((arc) => (
              <li key={arcId(arc)}>
                <ArcLink manifest={manifest} kind={kind} arc={arc} />
                {"end" in rest && ` ${rest.end} ${title(arc[rest.end])}`}
                {arc.isEvent && <span class="quiet"> (event)</span>}
              </li>
            ))}
          </ul>
          {(arcs.length > MOST_ARCS || !machine.isWhole) && <p class="quiet">There may be more.</p>}
        </section>
      ))}
      <h3>Source</h3>
      <p>
        {certainty}: {sources.join(", ")}
      </p>
      {note && <p class="quiet">{note}</p>}
    </Drawer>
  );
}
