import type { Decision, Manifest, WayOut } from "interlock-policy";
import { Fragment } from "preact";
import { Sentence } from "../components/Sentence.tsx";
import { Verdict } from "../components/Verdict.tsx";
import { CLASSES } from "../policies/classes.ts";
import { actionTitle, stateTitle } from "../policies/titles.ts";
import type { Draft } from "./draft.ts";
import { ReasonDetail, type Whereabouts } from "./ReasonDetail.tsx";
import { Ruling } from "./Ruling.tsx";
import type { OnSay } from "./SayableList.tsx";
import { type Sayable, unsaidOf } from "./sayable.ts";

/** A decision: as a sentence, with its reasons, what follows, and what would serve instead. */
export function Answer(props: {
  manifest: Manifest;
  draft: Draft;
  decision: Decision;
  unsaid: readonly Sayable[];
  whereabouts: Whereabouts;
  onSay: OnSay;
  /** Asks a way out; from a state, if one is named. */
  onAsk: (way: WayOut, state?: string) => void;
}) {
  const { manifest, draft, decision, unsaid, whereabouts, onSay, onAsk } = props;
  const classes = Object.entries(CLASSES).map(([name, title]) => ({
    title,
    reasons: decision.reasons.filter((reason) => reason.class === name),
  }));
  return (
    <>
      <div class={`headline headline-${decision.verdict}`}>
        <Verdict verdict={decision.verdict} />
        <p role="status">
          <Headline manifest={manifest} draft={draft} decision={decision} />
        </p>
      </div>
      {classes.map(
        ({ title, reasons }) =>
          reasons.length > 0 && (
            <section key={title} class="answer-reasons">
              <h3>{title}</h3>
              <ul>
                {reasons.map((reason) => (
                  <li key={reason.code}>
                    <ReasonDetail
                      manifest={manifest}
                      reason={reason}
                      unsaid={decision.verdict === "depends" ? unsaidOf(manifest, reason.code, unsaid) : []}
                      whereabouts={whereabouts}
                      onSay={onSay}
                    />
                  </li>
                ))}
              </ul>
            </section>
          ),
      )}
      {decision.effects.length > 0 && (
        <section>
          <h3>What follows</h3>
          <ul>
            {decision.effects.map(({ code, message }) => (
              <li key={code}>
                <Sentence text={message} /> <code class="quiet">{code}</code>
              </li>
            ))}
          </ul>
        </section>
      )}
      {decision.ways_out.length > 0 && (
        <section>
          <h3>What would serve instead</h3>
          <ul class="answer-ways">
            {decision.ways_out.map((way) => (
              <li key={way.action}>
                <WayOutDetail manifest={manifest} draft={draft} way={way} onAsk={onAsk} />
              </li>
            ))}
          </ul>
        </section>
      )}
      <Ruling manifest={manifest} draft={draft} decision={decision} />
    </>
  );
}

/** The decision as a sentence. */
function Headline({ manifest, draft, decision }: { manifest: Manifest; draft: Draft; decision: Decision }) {
  const { verdict, next_state } = decision;
  const { action, subject, target } = draft;
  const isEvent = manifest.actions.find(({ name }) => name === action)?.class === "event";
  const who = subject ? <strong>{subject.id}</strong> : isEvent ? "the platform" : "a request without a subject";
  const what = (
    <>
      {isEvent && "report "}
      <strong>{action}</strong> {isEvent && "of "}
      {target.kind} <strong>{target.id}</strong> ({target.state}) in {draft.mode} mode
    </>
  );
  if (verdict === "depends") {
    return (
      <>
        Whether {who} may {what} depends on what is not said.
      </>
    );
  }
  return (
    <>
      {typeof who === "string" ? capital(who) : who} may {verdict === "deny" && "not "}
      {what}
      {next_state !== null &&
        (next_state === target.state ? `; it stays ${target.state}` : `; it leads to ${next_state}`)}
      .
    </>
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function WayOutDetail(props: {
  manifest: Manifest;
  draft: Draft;
  way: WayOut;
  onAsk: (way: WayOut, state?: string) => void;
}) {
  const { manifest, draft, way, onAsk } = props;
  const title = actionTitle(manifest, way.action);
  return (
    <>
      {way.from_states.length === 0 ? (
        <button type="button" onClick={() => onAsk(way)}>
          Ask {title}
        </button>
      ) : (
        way.from_states.map((state) => (
          <button key={state} type="button" onClick={() => onAsk(way, state)}>
            Ask {title} from {stateTitle(manifest, draft.target.kind, state)}
          </button>
        ))
      )}
      {way.needs.length > 0 && (
        <span>
          It needs{" "}
          {way.needs.map((name, place) => (
            <Fragment key={name}>
              {place > 0 && ", "}
              <code>{name}</code>
            </Fragment>
          ))}
          .
        </span>
      )}
    </>
  );
}
