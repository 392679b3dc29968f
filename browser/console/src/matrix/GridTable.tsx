import type { Manifest } from "interlock-policy";
import { MARKS } from "../components/Verdict.tsx";
import { choose, chosen } from "../link/link.ts";
import type { Grid } from "./grid.ts";

/** States in rows, actions in columns, first what is asked for, then what is reported. */
export function GridTable({ manifest, kind, grid }: { manifest: Manifest; kind: number; grid: Grid }) {
  const info = manifest.kinds[kind];
  const isEvent = (action: number) => manifest.actions[action]?.class === "event";
  const operations = grid.offers.filter(({ action }) => !isEvent(action)).length;
  const open = chosen("cell");
  return (
    <>
      <section class="grid-scroll" tabIndex={0} aria-label={`Matrix of ${info?.title ?? ""}`}>
        <table class="grid">
          <caption class="hidden">What may be done to {info?.title}: states in rows, actions in columns</caption>
          <thead>
            <tr>
              <td />
              {operations > 0 && (
                <th scope="colgroup" colSpan={operations}>
                  Operations
                </th>
              )}
              {operations < grid.offers.length && (
                <th scope="colgroup" colSpan={grid.offers.length - operations} class="event">
                  Events
                </th>
              )}
            </tr>
            <tr>
              <th scope="col">State</th>
              {grid.offers.map(({ action }) => (
                <th key={action} scope="col" class={isEvent(action) ? "event" : ""}>
                  <span class="action-name" title={manifest.actions[action]?.meaning}>
                    {manifest.actions[action]?.title}
                  </span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {grid.cells.map((row, place) => {
              const state = info?.states[grid.states[place] ?? 0];
              return (
                <tr key={state?.name}>
                  <th scope="row" title={state?.meaning}>
                    {state?.title}
                  </th>
                  {row.map(({ offer, mark }) => {
                    const action = manifest.actions[offer.action];
                    const name = `${state?.name}/${action?.name}`;
                    const { symbol, word } = MARKS[mark];
                    return (
                      <td key={offer.action} class={isEvent(offer.action) ? "event" : ""}>
                        <button
                          type="button"
                          class={`cell verdict-${mark}`}
                          aria-pressed={open === name}
                          aria-label={`${action?.title}, ${state?.title}: ${word}`}
                          title={`${action?.title}, ${state?.title}: ${word}`}
                          onClick={() => choose({ cell: open === name ? null : name })}
                        >
                          {symbol}
                        </button>
                      </td>
                    );
                  })}
                </tr>
              );
            })}
          </tbody>
        </table>
      </section>
      <ul class="legend" aria-label="Legend">
        {Object.entries(MARKS).map(([mark, { symbol, word }]) => (
          <li key={mark}>
            <span class={`legend-symbol verdict-${mark}`} aria-hidden="true">
              {symbol}
            </span>{" "}
            {word}
          </li>
        ))}
      </ul>
    </>
  );
}
