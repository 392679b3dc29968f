import {
  conditionCodes,
  type Decision,
  type Manifest,
  type Reason,
  type Reference,
  type WayOut,
} from "interlock-policy";
import { Fragment } from "preact";
import { Sentence } from "../components/Sentence.tsx";
import { MARKS, Verdict } from "../components/Verdict.tsx";
import { linkTo } from "../link/link.ts";
import { CLASSES } from "../policies/classes.ts";
import { actionTitle, stateTitle } from "../policies/titles.ts";
import type { Draft } from "./draft.ts";
import { indexOf, offerFor } from "./names.ts";
import { type OnSay, SayableList } from "./SayableList.tsx";
import { type Sayable, unsaidOf } from "./sayable.ts";

/** What a reason reads and nobody said is shown at once where it is no more than this. */
const UNFOLDED = 6;

/** Where a resource in the way can be looked at: in the World view, in the form, or nowhere. */
export type Whereabouts = (
  reference: Reference,
) => { readonly href: string } | { readonly show: () => void } | undefined;

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

function ReasonDetail(props: {
  manifest: Manifest;
  reason: Reason;
  unsaid: readonly Sayable[];
  whereabouts: Whereabouts;
  onSay: OnSay;
}) {
  const { manifest, reason, unsaid, whereabouts, onSay } = props;
  const { code, message, evidence } = reason;
  const seen = evidence.filter(({ visible }) => visible);
  const hidden = evidence.filter(({ visible }) => !visible);
  return (
    <>
      <p>
        <Sentence text={message} /> <code class="quiet">{code}</code>
      </p>
      {evidence.length > 0 && (
        <p class="evidence">
          <span class="quiet">In the way:</span>
          {seen.map((reference) => (
            <Seen key={`${reference.kind}/${reference.id}`} reference={reference} whereabouts={whereabouts} />
          ))}
          {hiddenInWords(hidden).map((text) => (
            <span key={text} class="reference">
              {text}
            </span>
          ))}
        </p>
      )}
      {unsaid.length > 0 && (
        <details class="unsaid" open={unsaid.length <= UNFOLDED}>
          <summary>
            {unsaid.length} of what it reads {unsaid.length === 1 ? "is" : "are"} not said
          </summary>
          <SayableList sayables={unsaid.map((one) => ({ ...one, isNeeded: false }))} onSay={onSay} />
        </details>
      )}
      {unsaid.length === 0 && evidence.length === 0 && message === "" && (
        <p>{manifest.conditions.find((condition) => condition.code === code)?.question}</p>
      )}
    </>
  );
}

function Seen({ reference, whereabouts }: { reference: Reference; whereabouts: Whereabouts }) {
  const where = whereabouts(reference);
  const text = (
    <>
      {reference.kind} <strong>{reference.id}</strong> ({reference.state})
    </>
  );
  if (!where) return <span class="reference">{text}</span>;
  if ("href" in where) {
    return (
      <a class="reference" href={where.href}>
        {text}
      </a>
    );
  }
  return (
    <button type="button" class="reference" onClick={where.show}>
      {text}
    </button>
  );
}

/** Resources that the subject may not view are told by their kind alone, and so is what a link names and is gone. */
function hiddenInWords(hidden: readonly Reference[]): string[] {
  const counts = new Map<string, number>();
  for (const { kind, state } of hidden) {
    const text = `${kind} ${state === "absent" ? "that does not exist" : "you may not view"}`;
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return [...counts].map(([text, count]) => (count === 1 ? `a ${text}` : `${count} of kind ${text}`));
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

/** Which rule decided, what it asked, and where it comes from. */
function Ruling({ manifest, draft, decision }: { manifest: Manifest; draft: Draft; decision: Decision }) {
  const { mode, action, target } = draft;
  const kind = manifest.kinds[indexOf(manifest.kinds, target.kind) ?? -1];
  const state = kind ? indexOf(kind.states, target.state) : undefined;
  const offer = offerFor(manifest, draft);
  const rule = state === undefined ? undefined : offer?.rules.find(({ from_states }) => from_states.includes(state));
  const cell = { mode, kind: target.kind, cell: `${target.state}/${action}` };
  const asked = offer && rule ? conditionCodes(manifest, offer, rule.requires) : [];
  const markOf = (code: string) => {
    if (decision.verdict === "allow") return "allow";
    return decision.reasons.some((reason) => reason.code === code) ? decision.verdict : "none";
  };
  return (
    <section class="ruling">
      <h3>Which rule decided</h3>
      {rule ? (
        <>
          {asked.length > 0 && (
            <ul class="asked">
              {asked.map((code) => {
                const mark = markOf(code);
                const words = { allow: "yes", deny: "no", depends: "not known", none: "not in the way" };
                return (
                  <li key={code}>
                    <span class={`asked-mark verdict-${mark}`} aria-hidden="true">
                      {MARKS[mark].symbol}
                    </span>
                    <span>
                      {manifest.conditions.find((condition) => condition.code === code)?.question}{" "}
                      <span class="quiet">{words[mark]}</span>
                    </span>
                  </li>
                );
              })}
            </ul>
          )}
          <p>
            Source, {rule.provenance.certainty}: {rule.provenance.sources.join(", ")}
          </p>
          {rule.provenance.note && <p class="quiet">{rule.provenance.note}</p>}
        </>
      ) : (
        <p>
          None: no rule offers it {offer ? "from this state" : `in ${mode} mode`}, and what no rule offers is refused.
        </p>
      )}
      <p class="links">
        <a href={linkTo("matrix", cell)}>Show the cell in the matrix</a>
        <a href={linkTo("chart", cell)}>Show it in the chart</a>
      </p>
    </section>
  );
}
