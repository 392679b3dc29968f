import { useId } from "preact/hooks";

/** One of a few, side by side; a group of radio buttons to the keyboard and to screen readers. */
export function Choice<T extends string>(props: {
  label: string;
  options: readonly { value: T; label: string; title?: string }[];
  value: T;
  onChange: (value: T) => void;
  /** Whether the label is for screen readers only. Default: no. */
  labelHidden?: boolean;
}) {
  const name = useId();
  return (
    <fieldset class="choice">
      <legend class={props.labelHidden ? "hidden" : ""}>{props.label}</legend>
      <div class="choice-options">
        {props.options.map(({ value, label, title }) => (
          <label key={value} title={title}>
            <input
              type="radio"
              name={name}
              value={value}
              checked={value === props.value}
              onChange={() => props.onChange(value)}
            />
            <span>{label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
