import { useState } from "preact/hooks";
import { Combobox, type Fit } from "../components/Combobox.tsx";
import { Sentence } from "../components/Sentence.tsx";

/** Any number of texts under one name, each completed. */
export function Values(props: {
  label: string;
  /** Where others find it, to lead the focus there. */
  id?: string;
  values: readonly string[];
  fits: readonly Fit[];
  onChange: (values: readonly string[]) => void;
  /** Takes the name away as well. Default: it stays. */
  onRemove?: () => void;
  /** What may be said here, a sentence. */
  meaning?: string | undefined;
}) {
  const { label, values, fits, onChange, onRemove, meaning } = props;
  const [isAdding, setAdding] = useState(false);
  const shown = values.length === 0 || isAdding ? [...values, ""] : values;
  const put = (place: number, value: string) => {
    setAdding(false);
    const next = place < values.length ? values.with(place, value) : [...values, value];
    onChange(next.filter((one, index) => index !== place || one !== ""));
  };
  return (
    <div id={props.id} class="values" role="group" aria-label={label}>
      <div class="values-head">
        <span class="field-label">{label}</span>
        {values.length > 0 && !isAdding && (
          <button type="button" class="plain" aria-label={`${label}: another value`} onClick={() => setAdding(true)}>
            another value
          </button>
        )}
        {onRemove && (
          <button type="button" class="plain" aria-label={`Remove ${label}`} onClick={onRemove}>
            ✕
          </button>
        )}
      </div>
      {shown.map((value, place) => (
        <Combobox
          key={place}
          label={place === 0 ? label : `${label}, value ${place + 1}`}
          labelHidden
          value={value}
          fits={fits.filter((fit) => fit.value === value || !values.includes(fit.value))}
          free
          onChange={(next) => put(place, next)}
        />
      ))}
      {meaning && (
        <p class="meaning">
          <Sentence text={meaning} />
        </p>
      )}
    </div>
  );
}
