import "./matrix.css";
import type { ViewProps } from "../app/views.tsx";
import { Notice } from "../components/Notice.tsx";
import { CellDetail } from "./CellDetail.tsx";
import { Controls } from "./Controls.tsx";
import { GridTable } from "./GridTable.tsx";
import { offersOf, statesOf } from "./grid.ts";
import { Kinds, type SheetProps } from "./Kinds.tsx";
import { useGrid } from "./useGrid.ts";

/** Kinds as tabs; for each, its states and actions, and what may be done under what is said. */
export function Matrix({ policy }: ViewProps) {
  return <Kinds policy={policy} Sheet={Sheet} />;
}

function Sheet({ policy, mode, kind }: SheetProps) {
  const { manifest } = policy;
  const { grid, failure } = useGrid(policy, mode, kind);
  return (
    <>
      <Controls manifest={manifest} mode={mode} offers={offersOf(manifest, mode, kind)} />
      {failure && <Notice kind="error">The policy could not be asked: {failure}</Notice>}
      {!grid && !failure && <Notice kind="loading">Asking the policy…</Notice>}
      {grid && !grid.isWhole && (
        <Notice kind="empty">
          There are too many cells to draw all: these are the first {grid.states.length} of{" "}
          {statesOf(manifest, mode, kind).length} states.
        </Notice>
      )}
      {grid && <GridTable manifest={manifest} kind={kind} grid={grid} />}
      {grid && <CellDetail manifest={manifest} kind={kind} grid={grid} />}
    </>
  );
}
