import type { InputInfo, World } from "interlock-policy";
import { useId } from "preact/hooks";
import { typedOf } from "../link/attributes.ts";
import { words } from "../policies/names.ts";
import { nameOf } from "./inputs.ts";

/** Ids that are offered at most for a link to another resource. */
const OFFERED = 200;

/** An attribute or an argument: one of its values, or any text, with the ids of the kind that it leads to. */
export function Field(props: {
  input: InputInfo;
  world: World;
  value: string | readonly string[] | undefined;
  /** Given the text as it is typed; empty: not said. */
  onChange: (text: string) => void;
}) {
  const { input, world, value } = props;
  const id = useId();
  const name = nameOf(input);
  const typed = typedOf(value);
  const change = (event: { currentTarget: { value: string } }) => props.onChange(event.currentTarget.value);
  const ids = (world.resources ?? []).filter(({ kind }) => kind === input.links_to).slice(0, OFFERED);
  return (
    <div class="world-field">
      <label for={id} title={input.meaning}>
        {words(name)}
      </label>
      {input.values.length > 0 ? (
        <select id={id} data-input={name} value={typed} onChange={change}>
          <option value="">not said</option>
          {typed !== "" && !input.values.includes(typed) && <option value={typed}>{typed}</option>}
          {input.values.map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </select>
      ) : (
        <>
          <input
            id={id}
            data-input={name}
            type="text"
            list={ids.length > 0 ? `${id}-ids` : undefined}
            value={typed}
            placeholder="not said"
            autocomplete="off"
            spellcheck={false}
            onChange={change}
          />
          {ids.length > 0 && (
            <datalist id={`${id}-ids`}>
              {ids.map((one) => (
                <option key={one.id} value={one.id} />
              ))}
            </datalist>
          )}
        </>
      )}
    </div>
  );
}
