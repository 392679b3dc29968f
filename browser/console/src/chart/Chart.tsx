import "./chart.css";
import { useId, useMemo, useRef } from "preact/hooks";
import type { ViewProps } from "../app/views.tsx";
import { Choice } from "../components/Choice.tsx";
import { download } from "../components/download.ts";
import { Notice } from "../components/Notice.tsx";
import { choose, chosen } from "../link/link.ts";
import { CellDetail } from "../matrix/CellDetail.tsx";
import { Controls } from "../matrix/Controls.tsx";
import { offersOf } from "../matrix/grid.ts";
import { Kinds, type SheetProps } from "../matrix/Kinds.tsx";
import { useGrid } from "../matrix/useGrid.ts";
import { Canvas } from "./Canvas.tsx";
import { Diagram } from "./Diagram.tsx";
import { standalone } from "./export.ts";
import { focusOf } from "./focus.ts";
import { layOut } from "./layout.ts";
import { Legend } from "./Legend.tsx";
import { arcId, isDrawable, machineOf, MOST_ARCS, SHOWN } from "./machine.ts";
import { isAnythingSaid, marksOf } from "./marks.ts";
import { endsOf, PathChoice } from "./PathChoice.tsx";
import { PathList, summary } from "./PathList.tsx";
import { shortestPaths } from "./paths.ts";
import { StateDetail } from "./StateDetail.tsx";
import { TransitionTable } from "./TransitionTable.tsx";

/** Kinds as tabs; for each, its state machine. */
export function Chart({ policy }: ViewProps) {
  return <Kinds policy={policy} Sheet={Sheet} />;
}

/** How many ways are told at most, as `interlock path` does. */
const WAYS = 10;

function Sheet({ policy, mode, kind }: SheetProps) {
  const { manifest } = policy;
  const shown = SHOWN.find((one) => one === chosen("show")) ?? "both";
  const whole = useMemo(() => machineOf(manifest, mode, kind, "both"), [manifest, mode, kind]);
  const machine = useMemo(
    () => (shown === "both" ? whole : machineOf(manifest, mode, kind, shown)),
    [whole, manifest, mode, kind, shown],
  );
  const layout = useMemo(
    () => (isDrawable(machine) ? layOut(manifest, kind, machine) : undefined),
    [manifest, kind, machine],
  );
  const { grid, failure } = useGrid(policy, mode, kind);
  const svg = useRef<SVGSVGElement>(null);
  const help = useId();
  const info = manifest.kinds[kind];
  const { from, to, problem } = endsOf(manifest, mode, kind);
  const paths = useMemo(
    () =>
      from !== undefined && to !== undefined && whole.isWhole
        ? shortestPaths(whole.transitions, from, to, WAYS)
        : undefined,
    [whole, from, to],
  );
  const focus = focusOf(manifest, kind, machine, paths);
  const marks = grid?.isWhole && isAnythingSaid() ? marksOf(grid, machine.arcs) : undefined;
  const isEmpty = machine.arcs.length === 0;
  const drawn = new Set(machine.arcs.map(arcId));
  const isHidden = paths?.paths.flat().some((step) => !drawn.has(arcId(step))) ?? false;
  const save = () => {
    const content = svg.current?.querySelector("g");
    const title = `${info?.title} in ${manifest.modes[mode]} mode, ${manifest.name} ${manifest.version}`;
    if (!content || !layout) return;
    const text = standalone(content, title, layout.width, layout.height);
    download(`${info?.name}-${manifest.modes[mode]}.svg`, text, "image/svg+xml");
  };
  return (
    <>
      <Controls manifest={manifest} mode={mode} offers={offersOf(manifest, mode, kind)}>
        <Choice
          label="Show"
          options={SHOWN.map((value) => ({ value, label: value }))}
          value={shown}
          onChange={(value) => choose({ show: value === "both" ? null : value, look: null })}
        />
        <PathChoice manifest={manifest} mode={mode} kind={kind} />
      </Controls>
      {failure && <Notice kind="error">The policy could not be asked: {failure}</Notice>}
      <p class="path-summary" role="status">
        {problem ?? (paths && summary(paths))}
        {from !== undefined &&
          to !== undefined &&
          !whole.isWhole &&
          "There are too many transitions to look for a way."}
        {isHidden && ` Not all of it is drawn: only ${shown} are shown.`}
      </p>
      {isEmpty ? (
        <Notice kind="empty">
          {info?.title}: no {shown === "both" ? "actions" : shown} in {manifest.modes[mode]} mode.
        </Notice>
      ) : !layout ? (
        <Notice kind="empty">
          {info?.title} has too many transitions to be drawn: {machine.isWhole ? "" : "more than "}
          {machine.arcs.length.toLocaleString("en")} in {machine.lines.length.toLocaleString("en")} lines. The table
          below has the first {Math.min(MOST_ARCS, machine.arcs.length).toLocaleString("en")}.
        </Notice>
      ) : (
        <>
          <Canvas
            drawing={layout}
            at={chosen("look")}
            onMove={(look) => choose({ look })}
            // The panel that it must not lie behind comes with the grid.
            inSight={grid ? (chosen("cell") ?? chosen("state")) : null}
            onGround={() => choose({ cell: null, state: null })}
            svg={svg}
          >
            <Diagram manifest={manifest} kind={kind} layout={layout} focus={focus} marks={marks} help={help} />
          </Canvas>
          <div class="chart-foot">
            <Legend hasMarks={marks !== undefined} />
            <button type="button" onClick={save}>
              Export as SVG
            </button>
            <p id={help} class="chart-keys quiet">
              Drag to move, Ctrl and wheel to zoom. Keys in the chart: arrows go from state to state and to their
              actions, Enter opens, + and − zoom, 0 fits, Shift with arrows moves.
            </p>
          </div>
        </>
      )}
      {paths && (paths.length ?? 0) > 0 && (
        <section class="path-section">
          <h2>
            From {info?.states[from ?? 0]?.title} to {info?.states[to ?? 0]?.title}
          </h2>
          <PathList manifest={manifest} kind={kind} paths={paths} />
        </section>
      )}
      {!isEmpty && <TransitionTable manifest={manifest} kind={kind} machine={machine} marks={marks} />}
      {grid && <CellDetail manifest={manifest} kind={kind} grid={grid} />}
      {focus.state !== undefined && <StateDetail manifest={manifest} kind={kind} machine={whole} state={focus.state} />}
    </>
  );
}
