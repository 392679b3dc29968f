import { ABSENT, type Manifest, type Observation, type ThreadedPolicy } from "interlock-policy";
import type { RefObject } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { Sentence } from "../components/Sentence.tsx";
import { StateChip } from "../components/StateChip.tsx";
import { chosenAttributes } from "../link/attributes.ts";
import { linkTo } from "../link/link.ts";
import { kindTitle } from "../policies/titles.ts";
import type { Ready } from "../worlds/current.ts";
import { pathOf, resourceOf } from "../worlds/resources.ts";
import { Actions } from "./Actions.tsx";
import { Known } from "./Known.tsx";
import { useOptions } from "./options.ts";
import { saidOf } from "./said.ts";
import { takeStep, undo } from "./steps.ts";

/** The resource that is chosen: what is known of it, and a button for every action. */
export function ResourceDetail(props: {
  policy: ThreadedPolicy;
  ready: Ready;
  subject: string | null;
  target: { kind: string; id: string };
  /** Whether the focus comes here with the resource that is chosen next. */
  goesIn: RefObject<boolean>;
  onClose: () => void;
}) {
  const { policy, ready, subject } = props;
  const { manifest } = policy;
  const { world } = ready;
  const { kind, id } = props.target;
  const heading = useRef<HTMLHeadingElement>(null);
  const section = useRef<HTMLElement>(null);
  const headingId = useId();
  const found = resourceOf(world, kind, id);
  const draft = chosenAttributes("attr.");
  const target: Observation = found ?? { kind, id, state: ABSENT, attributes: draft };
  const parameters = chosenAttributes("param.");
  const asked = found ? { kind, id } : { kind, id, attributes: draft };
  const asking = useOptions(policy, world, subject, asked, parameters);
  const info = manifest.kinds.find(({ name }) => name === kind);
  const wasInside = useRef(false);
  useEffect(() => {
    // What had the focus may be gone with what was answered before.
    const isLost = wasInside.current && document.activeElement === document.body;
    if (props.goesIn.current || isLost) heading.current?.focus();
    props.goesIn.current = false;
  }, [kind, id, asking.options]);
  const take = (action: string | null, attributes = found ? {} : draft) =>
    takeStep(ready, { subject, action, kind, id, attributes, parameters: action === null ? {} : parameters });
  return (
    <section
      class="world-detail"
      aria-labelledby={headingId}
      onKeyDown={(event) => event.key === "Escape" && props.onClose()}
      onFocusIn={() => (wasInside.current = true)}
      onFocusOut={({ relatedTarget }) => {
        if (relatedTarget instanceof Node && !section.current?.contains(relatedTarget)) wasInside.current = false;
      }}
      ref={section}
    >
      <div class="drawer-head">
        <div>
          <p class="quiet">{kindTitle(manifest, kind)}</p>
          <h2 id={headingId} ref={heading} tabIndex={-1} class="resource-name">
            {id} <StateChip manifest={manifest} kind={kind} state={target.state} />
          </h2>
        </div>
        <button type="button" aria-label="Close" onClick={props.onClose}>
          ✕
        </button>
      </div>
      <Happened manifest={manifest} ready={ready} kind={kind} id={id} />
      <p class="quiet">{info?.states.find(({ name }) => name === target.state)?.meaning}</p>
      <Known manifest={manifest} world={world} target={target} onSay={(changes) => take(null, changes)} />
      <Actions
        {...asking}
        manifest={manifest}
        world={world}
        kind={kind}
        state={target.state}
        parameters={parameters}
        who={subject ?? "the platform"}
        onTake={(action) => take(action)}
        asking={{ world: ready.source, as: subject, target: pathOf({ kind, id }) }}
      />
      <p>
        <a href={linkTo("matrix", { mode: world.mode, kind, cell: null })}>
          Every state and action of {kindTitle(manifest, kind)}
        </a>
      </p>
    </section>
  );
}

/** What was done to this resource last, where the steps are not in sight. */
function Happened(props: { manifest: Manifest; ready: Ready; kind: string; id: string }) {
  const { manifest, ready, kind, id } = props;
  const last = ready.taken.at(-1);
  if (!last || last.step.kind !== kind || last.step.id !== id) return null;
  return (
    <div class="happened">
      <p>
        <Sentence text={saidOf(manifest, last)} />
      </p>
      <button type="button" onClick={() => undo(ready)}>
        Undo
      </button>
    </div>
  );
}
