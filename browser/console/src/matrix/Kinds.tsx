import type { Manifest } from "interlock-policy";
import type { ComponentType } from "preact";
import type { ViewProps } from "../app/views.tsx";
import { Notice } from "../components/Notice.tsx";
import { Tabs } from "../components/Tabs.tsx";
import { choose } from "../link/link.ts";
import { chosenKind, chosenMode } from "../policies/names.ts";
import { Controls } from "./Controls.tsx";

/** What a sheet is given: the policy, a mode and a kind that the mode has, by index. */
export type SheetProps = ViewProps & { mode: number; kind: number };

/** Kinds as tabs, in the manifest's order; below, a sheet of the one that is chosen. */
export function Kinds({ policy, Sheet }: ViewProps & { Sheet: ComponentType<SheetProps> }) {
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
      onChange={(chosen) => choose({ ...NOTHING, kind: chosen })}
    >
      {has ? (
        <Sheet key={`${mode} ${name}`} policy={policy} mode={mode} kind={kind} />
      ) : (
        <None manifest={manifest} mode={mode} kind={kind} />
      )}
    </Tabs>
  );
}

/** Choices that name states and actions of a kind, and have no meaning for another. */
const NOTHING = { cell: null, state: null, from: null, to: null, path: null, look: null };

function None({ manifest, mode, kind }: { manifest: Manifest; mode: number; kind: number }) {
  return (
    <>
      <Controls manifest={manifest} mode={mode} offers={[]} />
      <Notice kind="empty">
        {manifest.modes[mode]} mode has no {manifest.kinds[kind]?.title.toLowerCase()}.
      </Notice>
    </>
  );
}
