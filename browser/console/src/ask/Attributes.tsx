import type { InputInfo } from "interlock-policy";
import { Combobox } from "../components/Combobox.tsx";
import { type Given, valuesOf, withValues } from "./draft.ts";
import { fittingValues, type IdsOf } from "./names.ts";
import { Values } from "./Values.tsx";

/** Named values: those that are given, and a field that adds one of those that are read. */
export function Attributes(props: {
  /** What one of them is called, such as `attribute`. */
  what: string;
  /** Whose they are: their ids in the page begin with it. */
  of: string;
  given: Given;
  /** Those that the action reads. */
  read: readonly { name: string; input: InputInfo }[];
  idsOf: IdsOf;
  onChange: (given: Given) => void;
}) {
  const { what, of, given, read, idsOf, onChange } = props;
  const inputOf = (wanted: string) => read.find(({ name }) => name === wanted)?.input;
  const left = read.filter(({ name }) => valuesOf(given, name) === undefined);
  return (
    <div class="attributes">
      {given.map(([name, values]) => (
        <Values
          key={name}
          id={`${of}.${name}`}
          label={name}
          values={values}
          fits={fittingValues(inputOf(name), idsOf)}
          meaning={inputOf(name)?.meaning ?? "This action does not read it."}
          onChange={(next) => onChange(withValues(given, name, next))}
          onRemove={() => onChange(withValues(given, name, undefined))}
        />
      ))}
      {left.length > 0 && (
        <Combobox
          label={`Add ${what}`}
          value=""
          fits={left.map(({ name, input }) => ({ value: name, meaning: input.meaning }))}
          free
          placeholder={`${left.length} ${left.length === 1 ? "is" : "are"} read here`}
          onChange={(name) => name !== "" && onChange(withValues(given, name, valuesOf(given, name) ?? []))}
        />
      )}
    </div>
  );
}
