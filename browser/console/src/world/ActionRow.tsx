import { ABSENT, type Attributes, type Decision, type Manifest, type WayOut, type World } from "interlock-policy";
import { useId } from "preact/hooks";
import { StateChip } from "../components/StateChip.tsx";
import { TooltipButton } from "../components/Tooltip.tsx";
import { MARKS } from "../components/Verdict.tsx";
import { choose, linkTo } from "../link/link.ts";
import { words } from "../policies/names.ts";
import { actionTitle } from "../policies/titles.ts";
import { Field } from "./Field.tsx";
import { argumentsOf, nameOf, readBy } from "./inputs.ts";
import { isOffered, type Option } from "./options.ts";
import { Reasons } from "./Reasons.tsx";

/** What the rows of a resource share. */
export interface RowProps {
  manifest: Manifest;
  world: World;
  kind: string;
  state: string;
  /** Arguments that are given. */
  parameters: Attributes;
  /** Takes an action. */
  onTake: (action: string) => void;
  /** What a link to a question about this resource says. */
  asking: Readonly<Record<string, string | null>>;
}

/** An action as a button, greyed where it is not allowed, beside what would follow or why not. */
export function ActionRow({ option, ...props }: RowProps & { option: Option }) {
  const { manifest, world, kind, state, parameters } = props;
  const { action, answer, decision } = option;
  const id = useId();
  const isAllowed = answer.verdict === "allow";
  const mark = isOffered(option) ? answer.verdict : "none";
  const { symbol, word } = MARKS[mark];
  const title = actionTitle(manifest, action);
  const info = manifest.actions.find(({ name }) => name === action);
  const kindIndex = manifest.kinds.findIndex(({ name }) => name === kind);
  const given = argumentsOf(
    manifest,
    manifest.modes.indexOf(world.mode),
    kindIndex,
    manifest.actions.findIndex(({ name }) => name === action),
  );
  const why = decision?.reasons.map(({ message }) => message.replaceAll("`", "")).join(" ");
  return (
    <li class={`action action-${mark}`} data-action={action}>
      <TooltipButton
        tip={(isAllowed ? info?.meaning : why) ?? ""}
        button={{
          class: "action-button",
          "aria-label": `${title}: ${word}`,
          "aria-disabled": isAllowed ? undefined : "true",
          "aria-describedby": id,
          onClick: () => isAllowed && props.onTake(action),
        }}
      >
        <span class={`action-mark verdict-${mark}`} aria-hidden="true">
          {symbol}
        </span>
        {title}
      </TooltipButton>
      <div class="action-said">
        <div id={id}>
          {!decision ? (
            <p class="quiet">Asking…</p>
          ) : isAllowed ? (
            <Follows manifest={manifest} kind={kind} state={state} decision={decision} />
          ) : (
            <Reasons id={`${id}-reasons`} manifest={manifest} reasons={decision.reasons} />
          )}
        </div>
        {decision && <WaysOut {...props} ways={decision.ways_out} />}
        {decision?.verdict === "depends" && <ToSay manifest={manifest} decision={decision} />}
        {isOffered(option) && given.length > 0 && (
          <div class="fields">
            {given.map((input) => (
              <Field
                key={input.path}
                input={input}
                world={world}
                value={parameters[nameOf(input)]}
                onChange={(text) => choose({ [`param.${nameOf(input)}`]: text === "" ? null : text })}
              />
            ))}
          </div>
        )}
      </div>
      <a class="action-ask" href={linkTo("ask", { ...props.asking, action })}>
        Ask<span class="hidden"> about {title}</span>
      </a>
    </li>
  );
}

function Follows(props: { manifest: Manifest; kind: string; state: string; decision: Decision }) {
  const { manifest, kind, state, decision } = props;
  const next = decision.next_state ?? state;
  return (
    <p>
      <span class="quiet">{next === state ? "stays" : next === ABSENT ? "is gone then:" : "becomes"}</span>{" "}
      <StateChip manifest={manifest} kind={kind} state={next} />
      {decision.effects.map(({ code, message }) => (
        <span key={code}> {message}</span>
      ))}
    </p>
  );
}

/** What would serve instead, from the present state; a button takes it, or asks for the arguments that it needs. */
function WaysOut({ manifest, parameters, onTake, ways }: RowProps & { ways: readonly WayOut[] }) {
  const here = ways.filter(({ from_states }) => from_states.length === 0);
  if (here.length === 0) return null;
  return (
    <div class="ways-out">
      <span class="quiet">Instead:</span>
      {here.map(({ action, needs }) => {
        const missing = needs.filter((name) => parameters[name] === undefined);
        return (
          <button
            key={action}
            type="button"
            onClick={(event) => (missing.length === 0 ? onTake(action) : askFor(event.currentTarget, action, missing))}
          >
            {actionTitle(manifest, action)}
            {missing.length > 0 && `, needs ${missing.map(words).join(", ")}`}
          </button>
        );
      })}
    </div>
  );
}

/** Attributes that are named at most where something could be said; the form has them all. */
const SUGGESTED = 3;

/** What could be said of the resource, so that the answer is known. */
function ToSay({ manifest, decision }: { manifest: Manifest; decision: Decision }) {
  const names = readBy(
    manifest,
    decision.reasons.map(({ code }) => code),
  );
  if (names.length === 0) return null;
  return (
    <div class="ways-out">
      <button type="button" onClick={({ currentTarget }) => say(currentTarget, names)}>
        Say: {names.slice(0, SUGGESTED).map(words).join(", ")}…
      </button>
    </div>
  );
}

function say(from: HTMLElement, names: readonly string[]): void {
  const detail = from.closest(".world-detail");
  choose({ edit: "known" });
  const field = names.map((name) => `.known [data-input="${CSS.escape(name)}"]`).join(", ");
  // The form is there with the next frame.
  requestAnimationFrame(() => detail?.querySelector<HTMLElement>(field)?.focus());
}

/** Leads to the field of the first argument that an action of the same resource needs. */
function askFor(from: HTMLElement, action: string, missing: readonly string[]): void {
  const row = from.closest(".actions")?.querySelector(`[data-action="${CSS.escape(action)}"]`);
  row?.querySelector<HTMLElement>(`[data-input="${CSS.escape(missing[0] ?? "")}"]`)?.focus();
}
