import type { Manifest, World } from "interlock-policy";
import { useState } from "preact/hooks";
import { Choice } from "../components/Choice.tsx";
import { download } from "../components/download.ts";
import { FileButton } from "../components/FileButton.tsx";
import { choose, chosen } from "../link/link.ts";
import { without } from "../link/attributes.ts";
import { chosenWorld, PASTED, SAMPLE, worldsOf } from "../worlds/current.ts";
import { writeWorld } from "../worlds/text.ts";
import { PasteDialog } from "./PasteDialog.tsx";

/** Which world; one's own; who asks. */
export function WorldBar(props: {
  manifest: Manifest;
  /** The world that is shown; null where there is none. */
  world: World | null;
  /** Id of who asks; null: nobody. */
  subject: string | null;
  /** Shows a world out of a file or a text; `from` says where it comes from. */
  onGiven: (given: File | string, from: string) => void;
}) {
  const { manifest, world, subject } = props;
  const [isPasting, setPasting] = useState(false);
  const source = chosenWorld(manifest);
  return (
    <div class="world-bar">
      <label class="field world-picker">
        <span>World</span>
        <select value={source ?? ""} onChange={({ currentTarget }) => chooseWorld(currentTarget.value)}>
          {source === null && <option value="">none</option>}
          {worldsOf(manifest).map(({ title, url }) => (
            <option key={url} value={url}>
              {title}
            </option>
          ))}
          <option value={SAMPLE}>Sample: each kind in each state</option>
          {source === PASTED && <option value={PASTED}>{world?.title || "Your own"}</option>}
        </select>
      </label>
      <div class="buttons">
        <FileButton accept=".json,application/json" onOpen={([file]) => file && props.onGiven(file, file.name)}>
          Open…
        </FileButton>
        <button type="button" onClick={() => setPasting(true)}>
          Paste…
        </button>
        {world && (
          <button type="button" onClick={() => save(world)}>
            Save
          </button>
        )}
      </div>
      {source === SAMPLE && manifest.modes.length > 1 && world && (
        <Choice
          label="Mode"
          options={manifest.modes.map((name) => ({ value: name, label: name }))}
          value={world.mode}
          onChange={(mode) => choose({ mode, do: null, at: null })}
        />
      )}
      {world && <SubjectPicker world={world} subject={subject} />}
      {isPasting && (
        <PasteDialog
          onClose={() => setPasting(false)}
          onText={(text) => {
            setPasting(false);
            props.onGiven(text, "what was pasted");
          }}
        />
      )}
    </div>
  );
}

function SubjectPicker({ world, subject }: { world: World; subject: string | null }) {
  const subjects = new Map((world.subjects ?? []).map((one) => [one.id, one]));
  return (
    <label class="field subject-picker">
      <span>Who am I</span>
      <select
        value={subject ?? ""}
        onChange={({ currentTarget }) => choose({ world: chosen("world"), as: currentTarget.value || null, may: null })}
      >
        <option value="">nobody: the platform itself</option>
        {[...subjects.values()].map(({ id, roles = [] }) => (
          <option key={id} value={id}>
            {roles.length > 0 && roles.join() !== id ? `${id} – ${roles.join(", ")}` : id}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Who asks where that is to be chosen anew: whoever comes first in the world. */
export const FIRST = "";

/** What a link says of a world that means nothing in another one. */
export function forgotten(): Record<string, string | null> {
  return { ...without("param.", "attr."), do: null, at: null, as: FIRST, target: null, edit: null, action: null };
}

/** Shows another world of the picker. */
export function chooseWorld(source: string): void {
  choose({ ...forgotten(), world: source, data: null });
}

function save(world: World): void {
  const name = (world.title ?? "")
    .split(":", 1)[0]
    ?.toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  download(`${name || "world"}.json`, writeWorld(world));
}
