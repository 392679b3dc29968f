import "./combobox.css";
import * as combobox from "@zag-js/combobox";
import { normalizeProps, useMachine } from "@zag-js/preact";
import { flushSync } from "preact/compat";
import { useId, useMemo, useRef, useState } from "preact/hooks";
import { Sentence } from "./Sentence.tsx";

/** One of the names that fit. */
export interface Fit {
  /** The name itself. */
  readonly value: string;
  /** As people read it. Default: the name. */
  readonly label?: string;
  /** What it means, a sentence. Default: nothing. */
  readonly meaning?: string;
  /** Those of one group stand together, under its title. Default: no group. */
  readonly group?: string;
}

/** Options that are drawn at most; typing narrows them down. */
const DRAWN = 100;
/** Keys that go to another option. */
const WALKING: readonly string[] = ["ArrowDown", "ArrowUp", "Home", "End", "PageDown", "PageUp"];

/** A field that completes names. */
export function Combobox(props: {
  label: string;
  /** Whether the label is for screen readers only. Default: no. */
  labelHidden?: boolean;
  value: string;
  fits: readonly Fit[];
  onChange: (value: string) => void;
  /** Whether any other text may be given as well. Default: no. */
  free?: boolean;
  placeholder?: string;
}) {
  const { value, fits, free = false } = props;
  const [typed, setTyped] = useState<string>();
  const found = useMemo(() => matching(fits, typed), [fits, typed]);
  const items = found.slice(0, DRAWN);
  const collection = combobox.collection({ items, itemToValue: (item) => item.value, itemToString: labelOf });
  const chosen = fits.find((fit) => fit.value === value);
  const service = useMachine(combobox.machine as combobox.Machine<Fit>, {
    id: useId(),
    collection,
    value: chosen ? [value] : [],
    inputValue: typed ?? (chosen ? labelOf(chosen) : value),
    allowCustomValue: free,
    inputBehavior: free ? "none" : "autohighlight",
    openOnClick: true,
    invalid: !free && value !== "" && !chosen,
    placeholder: props.placeholder ?? "",
    positioning: { placement: "bottom-start", sameWidth: false, fitViewport: true },
    translations: { triggerLabel: `Show what fits: ${props.label}` },
    // A name that does not fit is not kept; any other text is, until the field is left.
    onOpenChange: ({ open }) => !open && !free && setTyped(undefined),
    onValueChange: ({ value: [next] }) => take(next),
  });
  const api = connect(service);
  const isWalked = useRef(false);
  const named = fits.find((fit) => fit.value === typed || labelOf(fit).toLowerCase() === typed?.toLowerCase());
  const take = (next: string | undefined) => {
    setTyped(undefined);
    if (next !== undefined && next !== value) props.onChange(next);
  };
  const leave = () => typed !== undefined && take(named?.value ?? (free ? typed : undefined));
  const press = (event: KeyboardEvent) => {
    if (event.key === "Escape") setTyped(undefined);
    if (WALKING.includes(event.key)) isWalked.current = true;
    if (event.key !== "Enter" || event.isComposing || typed === undefined) return;
    if (isWalked.current && api.highlightedValue !== null) return;
    // What the machine highlights may be of the text before, if Enter follows quickly.
    event.preventDefault();
    event.stopPropagation();
    take(named?.value ?? (free ? typed : items[0]?.value));
    api.setOpen(false);
  };
  return (
    <div
      {...api.getRootProps()}
      class="combobox"
      onInput={({ target }) => {
        isWalked.current = false;
        if (target instanceof HTMLInputElement) hear(target, setTyped);
      }}
      onFocusOut={leave}
      onKeyDownCapture={press}
    >
      <label {...api.getLabelProps()} class={props.labelHidden ? "hidden" : "field-label"}>
        {props.label}
      </label>
      <div {...api.getControlProps()} class="combobox-control">
        <input {...api.getInputProps()} type="text" role="combobox" />
        <button {...api.getTriggerProps()} class="combobox-trigger">
          <span aria-hidden="true">▾</span>
        </button>
      </div>
      <div {...api.getPositionerProps()} class="combobox-positioner">
        <div {...api.getContentProps()} class="combobox-content">
          {api.open && <Options api={api} items={items} more={found.length - items.length} typed={typed} free={free} />}
        </div>
      </div>
    </div>
  );
}

type Api = ReturnType<typeof connect>;

function connect(service: combobox.Service<Fit>) {
  return combobox.connect(service, normalizeProps);
}

/** Takes what was typed. The machine writes into the field what it was told before: over what was typed since, if that is quick. */
function hear(field: HTMLInputElement, told: (text: string) => void): void {
  const { value, selectionStart, selectionEnd } = field;
  flushSync(() => told(value));
  if (field.value === value) return;
  field.value = value;
  field.setSelectionRange(selectionStart, selectionEnd);
}

function Options(props: { api: Api; items: readonly Fit[]; more: number; typed: string | undefined; free: boolean }) {
  const { api, items, more, typed, free } = props;
  const groups = new Map<string | undefined, Fit[]>();
  for (const item of items) groups.set(item.group, [...(groups.get(item.group) ?? []), item]);
  return (
    <>
      {[...groups].map(([group, those]) =>
        group === undefined ? (
          those.map((fit) => <Option key={fit.value} api={api} fit={fit} />)
        ) : (
          <div key={group} {...api.getItemGroupProps({ id: group })}>
            <div {...api.getItemGroupLabelProps({ htmlFor: group })} class="combobox-group">
              {group}
            </div>
            {those.map((fit) => (
              <Option key={fit.value} api={api} fit={fit} />
            ))}
          </div>
        ),
      )}
      {items.length === 0 && (
        <p class="combobox-note">
          {free && typed ? `Nothing here is named so; Enter takes it as it is.` : "Nothing fits."}
        </p>
      )}
      {more > 0 && <p class="combobox-note">{more} more; type to narrow down.</p>}
    </>
  );
}

function Option({ api, fit }: { api: Api; fit: Fit }) {
  const label = labelOf(fit);
  return (
    <div {...api.getItemProps({ item: fit })} class="combobox-option">
      <span>
        {label}
        {label !== fit.value && <span class="combobox-name"> {fit.value}</span>}
      </span>
      {fit.meaning && (
        <span class="combobox-meaning">
          <Sentence text={fit.meaning} />
        </span>
      )}
    </div>
  );
}

function labelOf({ label, value }: Fit): string {
  return label ?? value;
}

/** What is typed may stand anywhere in the name or its label; names that begin with it come first. */
function matching(fits: readonly Fit[], typed: string | undefined): readonly Fit[] {
  const wanted = (typed ?? "").trim().toLowerCase();
  if (wanted === "") return fits;
  const rank = (fit: Fit) => {
    const places = [fit.value, labelOf(fit)].map((text) => text.toLowerCase().indexOf(wanted));
    return places.includes(0) ? 0 : places.some((place) => place > 0) ? 1 : 2;
  };
  const ranked = fits.map((fit) => [rank(fit), fit] as const);
  return [0, 1].flatMap((wantedRank) => ranked.flatMap(([own, fit]) => (own === wantedRank ? [fit] : [])));
}
