import { ABSENT, type Attributes, type InputInfo, type Manifest, type Observation, type World } from "interlock-policy";
import { chosenAttributes, typedOf, valuesOf, without } from "../link/attributes.ts";
import { choose, chosen } from "../link/link.ts";
import { words } from "../policies/names.ts";
import { resourceOf } from "../worlds/resources.ts";
import { Field } from "./Field.tsx";
import { NewResource } from "./NewResource.tsx";
import { attributesOf, linkOf, nameOf } from "./inputs.ts";
import { chooseTarget } from "./target.ts";

/** What is known of a resource, and a form to say something else; of something to be made, what it will have. */
export function Known(props: {
  manifest: Manifest;
  world: World;
  target: Observation;
  /** Says what changes; an empty text takes away. */
  onSay: (changes: Attributes) => void;
}) {
  const { manifest, world, target } = props;
  const isAbsent = target.state === ABSENT;
  if (isAbsent) return <Draft manifest={manifest} world={world} target={target} />;
  if (isEdited()) return <Change {...props} />;
  const entries = Object.entries(target.attributes ?? {});
  return (
    <section class="known" aria-label="What is known of it">
      <dl>
        {entries.map(([name, values]) => (
          <div key={name}>
            <dt>{words(name)}</dt>
            <dd>
              {[values ?? []].flat().map((value) => (
                <Value key={value} manifest={manifest} world={world} kind={target.kind} name={name} value={value} />
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <button type="button" onClick={() => choose({ edit: "known" })}>
        {entries.length === 0 ? "Say more of it…" : "Change what is known…"}
      </button>
    </section>
  );
}

/** Whether the form is open; the link's `edit` says other things in other views. */
function isEdited(): boolean {
  return chosen("edit") === "known";
}

function Value(props: { manifest: Manifest; world: World; kind: string; name: string; value: string }) {
  const { manifest, world, kind, name, value } = props;
  const to = linkOf(manifest, kind, name);
  const found = to === undefined ? undefined : resourceOf(world, to, value);
  if (!found) return <span class="mono">{value}</span>;
  return (
    <button type="button" class="link mono" onClick={() => chooseTarget(found)}>
      {value}
    </button>
  );
}

/** The attributes of something that is yet to be made; they stand in the link. */
function Draft({ manifest, world, target }: { manifest: Manifest; world: World; target: Observation }) {
  const [mode, kind] = placesOf(manifest, world, target);
  const inputs = attributesOf(manifest, mode, kind, 0);
  const draft = chosenAttributes("attr.");
  if (!isEdited()) {
    return (
      <p>
        <button type="button" onClick={() => choose({ edit: "known" })}>
          Say what it will have…
        </button>
      </p>
    );
  }
  return (
    <section class="known" aria-label="What it will have">
      <NewResource manifest={manifest} world={world} kind={target.kind} id={target.id} />
      {inputs.length > 0 && (
        <p class="quiet">What it will have, as far as the policy asks; several values are parted by commas.</p>
      )}
      <div class="fields">
        {inputs.map((input) => (
          <Field
            key={input.path}
            input={input}
            world={world}
            value={draft[nameOf(input)]}
            onChange={(text) => choose({ [`attr.${nameOf(input)}`]: text === "" ? null : text })}
          />
        ))}
      </div>
    </section>
  );
}

function Change(props: {
  manifest: Manifest;
  world: World;
  target: Observation;
  onSay: (changes: Attributes) => void;
}) {
  const { manifest, world, target, onSay } = props;
  const [mode, kind] = placesOf(manifest, world, target);
  const own = target.attributes ?? {};
  const inputs = attributesOf(manifest, mode, kind);
  const names = new Set(inputs.map(nameOf));
  const others = Object.keys(own).filter((name) => !names.has(name));
  const all = [
    ...inputs,
    ...others.map((name): InputInfo => ({ path: `target.${name}`, meaning: "", values: [], links_to: null })),
  ];
  const draft = chosenAttributes("attr.");
  const isChanged = Object.keys(draft).length > 0;
  return (
    <section class="known" aria-label="Change what is known of it">
      <h3>What is known of it</h3>
      <p class="quiet">Several values are parted by commas.</p>
      <div class="fields">
        {all.map((input) => {
          const name = nameOf(input);
          return (
            <Field
              key={input.path}
              input={input}
              world={world}
              value={draft[name] ?? own[name]}
              onChange={(text) => choose({ [`attr.${name}`]: text === typedOf(own[name]) ? null : text })}
            />
          );
        })}
      </div>
      <p class="buttons">
        <button
          type="button"
          class="button-primary"
          disabled={!isChanged}
          onClick={() =>
            onSay(Object.fromEntries(Object.entries(draft).map(([name, value]) => [name, valuesOf(typedOf(value))])))
          }
        >
          Say so
        </button>
        <button type="button" onClick={() => choose({ ...without("attr."), edit: null })}>
          Leave it
        </button>
      </p>
    </section>
  );
}

function placesOf(manifest: Manifest, world: World, target: Observation): [mode: number, kind: number] {
  return [manifest.modes.indexOf(world.mode), manifest.kinds.findIndex(({ name }) => name === target.kind)];
}
