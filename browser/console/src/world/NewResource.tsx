import { ABSENT, type Manifest, type World } from "interlock-policy";
import { offersOf } from "../matrix/grid.ts";
import { choose } from "../link/link.ts";
import { pathOf, resourceOf } from "../worlds/resources.ts";
import { chooseTarget } from "./target.ts";

/** What is to be made: its kind and its id. What may make it is below, among its actions. */
export function NewResource({
  manifest,
  world,
  kind,
  id,
}: {
  manifest: Manifest;
  world: World;
  kind: string;
  id: string;
}) {
  const kinds = creatable(manifest, world.mode);
  return (
    <div class="fields">
      <label class="world-field">
        <span>kind</span>
        <select value={kind} onChange={({ currentTarget }) => chooseNew(manifest, world, currentTarget.value)}>
          {!kinds.some(({ name }) => name === kind) && <option value={kind}>{kind}</option>}
          {kinds.map(({ name, title }) => (
            <option key={name} value={name}>
              {title}
            </option>
          ))}
        </select>
      </label>
      <label class="world-field">
        <span>id</span>
        <input
          type="text"
          value={id}
          autocomplete="off"
          spellcheck={false}
          onChange={({ currentTarget }) => {
            const wanted = currentTarget.value.trim();
            if (wanted === "") currentTarget.value = id;
            else choose({ target: pathOf({ kind, id: wanted }) });
          }}
        />
      </label>
    </div>
  );
}

/** Chooses something that is not there yet, of a kind or of the first one that can be made. */
export function chooseNew(manifest: Manifest, world: World, wanted: string | null): void {
  const kinds = creatable(manifest, world.mode);
  const kind = (kinds.find(({ name }) => name === wanted) ?? kinds[0])?.name;
  if (kind === undefined) return;
  chooseTarget({ kind, id: freeId(world, kind) });
  choose({ edit: "known" });
}

/** The kinds of which something can be made in a mode, or appear. */
export function creatable(manifest: Manifest, mode: string) {
  const place = manifest.modes.indexOf(mode);
  return manifest.kinds.filter(({ states }, kind) => {
    const absent = states.findIndex(({ name }) => name === ABSENT);
    return offersOf(manifest, place, kind).some(({ from_states }) => from_states.includes(absent));
  });
}

function freeId(world: World, kind: string): string {
  let count = 1;
  while (resourceOf(world, kind, `new-${count}`)) count += 1;
  return `new-${count}`;
}
