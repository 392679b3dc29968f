import "./matrix.css";
import { useEffect, useState } from "preact/hooks";
import type { ViewProps } from "../app/views.tsx";
import { Notice } from "../components/Notice.tsx";
import { Tabs } from "../components/Tabs.tsx";
import { choose, chosen } from "../link/link.ts";
import { say } from "../policies/current.ts";
import { chosenKind, chosenMode } from "../policies/names.ts";
import { CellDetail } from "./CellDetail.tsx";
import { Controls } from "./Controls.tsx";
import { GridTable } from "./GridTable.tsx";
import { ask, type Grid, offersOf, type Sayings } from "./grid.ts";
import { type Ownership, sayingsOfRole } from "./role.ts";
import { readSaid } from "./said.ts";

/** Kinds as tabs; for each, its states and actions, and what may be done under what is said. */
export function Matrix({ policy }: ViewProps) {
  const { manifest } = policy;
  const kind = chosenKind(manifest);
  const mode = chosenMode(manifest);
  const name = manifest.kinds[kind]?.name ?? "";
  const has = manifest.kinds[kind]?.modes.includes(mode) ?? false;
  return (
    <Tabs
      label="Kinds of resource"
      options={manifest.kinds.map((info) => ({ value: info.name, label: info.title }))}
      value={name}
      onChange={(chosen) => choose({ kind: chosen, cell: null })}
    >
      {has ? (
        <Sheet key={`${mode} ${name}`} policy={policy} mode={mode} kind={kind} />
      ) : (
        <>
          <Controls manifest={manifest} mode={mode} offers={[]} />
          <Notice kind="empty">
            {manifest.modes[mode]} mode has no {manifest.kinds[kind]?.title.toLowerCase()}.
          </Notice>
        </>
      )}
    </Tabs>
  );
}

function Sheet({ policy, mode, kind }: ViewProps & { mode: number; kind: number }) {
  const { manifest } = policy;
  const role = chosen("role");
  const ownership = (chosen("of") ?? "unsaid") as Ownership;
  const said = readSaid(chosen("holds"), chosen("fails"));
  const [grid, setGrid] = useState<Grid>();
  const [failure, setFailure] = useState<string>();
  const offers = offersOf(manifest, mode, kind);
  useEffect(() => {
    let isCurrent = true;
    const run = async () => {
      const byRole: Sayings = role ? await sayingsOfRole(policy, mode, kind, role, ownership) : () => undefined;
      const sayings: Sayings = (state, condition) =>
        said.get(manifest.conditions[condition]?.code ?? "") ?? byRole(state, condition);
      const found = await ask(policy, mode, kind, sayings);
      if (isCurrent) setGrid(found);
    };
    setFailure(undefined);
    run().catch((error: unknown) => isCurrent && setFailure(say(error)));
    return () => {
      isCurrent = false;
    };
  }, [policy, mode, kind, role, ownership, chosen("holds"), chosen("fails")]);
  return (
    <>
      <Controls manifest={manifest} mode={mode} offers={offers} />
      {failure && <Notice kind="error">The policy could not be asked: {failure}</Notice>}
      {!grid && !failure && <Notice kind="loading">Asking the policy…</Notice>}
      {grid && <GridTable manifest={manifest} kind={kind} grid={grid} />}
      {grid && <CellDetail manifest={manifest} kind={kind} grid={grid} />}
    </>
  );
}
