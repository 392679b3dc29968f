import type { Manifest, World } from "interlock-policy";
import { choose, chosen } from "../link/link.ts";
import { actionTitle } from "../policies/titles.ts";
import type { Filter } from "./filter.ts";
import { askedOf } from "./survey.ts";

/** What the link says of which resources are listed. */
export function chosenFilter(manifest: Manifest, world: World): Filter {
  const named = chosen("kind");
  const kind = manifest.kinds.some(({ name }) => name === named) ? named : null;
  // The chart names a state as well, which may be one that nothing here can be in.
  const state = chosen("state") ?? "";
  return {
    text: chosen("q"),
    kind,
    state: statesOf(manifest, world, kind).has(state) ? state : null,
    may: chosen("may"),
  };
}

/** How many resources of each kind a world has. */
function countsOf({ resources = [] }: World): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { kind } of resources) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}

/** Titles, by name, of the states that resources of a kind of a world can be in; null: of any kind that it has. */
function statesOf(manifest: Manifest, world: World, kind: string | null): Map<string, string> {
  const counts = kind === null ? countsOf(world) : null;
  return new Map(
    manifest.kinds
      .filter(({ name }) => counts?.has(name) ?? name === kind)
      .flatMap(({ states }) => states.slice(1).map(({ name, title }) => [name, title] as const)),
  );
}

/** Text, kind, state, and what may be done. */
export function Filters(props: {
  manifest: Manifest;
  world: World;
  filter: Filter;
  subject: string | null;
  shown: number;
}) {
  const { manifest, world, filter, subject, shown } = props;
  const all = world.resources?.length ?? 0;
  const counts = countsOf(world);
  const mode = manifest.modes.indexOf(world.mode);
  const kinds = manifest.kinds.filter(({ name }) => counts.has(name) || name === filter.kind);
  const states = statesOf(manifest, world, filter.kind);
  const actions = new Set(
    manifest.kinds.flatMap(({ name }, kind) =>
      filter.kind === null || name === filter.kind ? askedOf(manifest, mode, kind, subject) : [],
    ),
  );
  const isFiltered = Object.values(filter).some((one) => one !== null);
  return (
    <div class="world-filters" role="search" aria-label="Resources">
      <label class="filter-text">
        <span class="hidden">Search resources</span>
        <input
          type="search"
          value={filter.text ?? ""}
          placeholder="Search"
          autocomplete="off"
          spellcheck={false}
          onInput={({ currentTarget }) => choose({ q: currentTarget.value || null })}
        />
      </label>
      <Pick
        label="Kind"
        any="any kind"
        value={filter.kind}
        options={kinds.map(({ name, title }) => [name, `${title} (${counts.get(name) ?? 0})`])}
        onChange={(kind) => choose({ kind, state: null, may: null })}
      />
      <Pick
        label="State"
        any="any state"
        value={filter.state}
        options={[...states]}
        onChange={(state) => choose({ state })}
      />
      <Pick
        label={`What ${subject ?? "the platform"} may do`}
        any={subject === null ? "whatever may happen" : "whatever is allowed"}
        value={filter.may}
        options={[...actions].map((action) => [action, `may: ${actionTitle(manifest, action)}`])}
        onChange={(may) => choose({ may })}
      />
      <p class="filter-count quiet">
        <span role="status">
          {isFiltered && `${shown.toLocaleString("en")} of `}
          {all.toLocaleString("en")} resources, {world.mode} mode
        </span>
        {isFiltered && (
          <button type="button" class="link" onClick={() => choose({ q: null, kind: null, state: null, may: null })}>
            Show all
          </button>
        )}
      </p>
    </div>
  );
}

function Pick(props: {
  label: string;
  any: string;
  value: string | null;
  options: readonly (readonly [name: string, title: string])[];
  onChange: (value: string | null) => void;
}) {
  const { value, options } = props;
  return (
    <label>
      <span class="hidden">{props.label}</span>
      <select value={value ?? ""} onChange={({ currentTarget }) => props.onChange(currentTarget.value || null)}>
        <option value="">{props.any}</option>
        {value !== null && !options.some(([name]) => name === value) && <option value={value}>{value}</option>}
        {options.map(([name, title]) => (
          <option key={name} value={name}>
            {title}
          </option>
        ))}
      </select>
    </label>
  );
}
