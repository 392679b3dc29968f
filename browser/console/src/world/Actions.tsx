import { Notice } from "../components/Notice.tsx";
import { actionTitle } from "../policies/titles.ts";
import { ActionRow, type RowProps } from "./ActionRow.tsx";
import { isOffered, type Option, type Options } from "./options.ts";

/** Buttons for every action on a resource: what is offered in its state, then the rest; events apart. */
export function Actions({ options, failure, isBusy, who, ...row }: RowProps & Options & { who: string }) {
  const { manifest } = row;
  if (failure) return <Notice kind="error">The policy could not be asked: {failure}</Notice>;
  if (!options) return <Notice kind="loading">Asking the policy…</Notice>;
  if (options.length === 0) return <p class="quiet">{row.world.mode} mode offers nothing here.</p>;
  const isEvent = ({ action }: Option) => manifest.actions.find(({ name }) => name === action)?.class === "event";
  const offered = options.filter(isOffered);
  const rest = options.filter((option) => !isOffered(option));
  // Events are there only where the platform itself is who asks, and are what it is there for.
  const groups = [
    { title: "What the platform reports", those: offered.filter(isEvent), isAlways: false },
    { title: `What ${who} may do`, those: offered.filter((option) => !isEvent(option)), isAlways: true },
  ];
  return (
    <div class="actions" aria-busy={isBusy}>
      {groups.map(
        ({ title, those, isAlways }) =>
          (those.length > 0 || isAlways) && (
            <section key={title} aria-label={title}>
              <h3>{title}</h3>
              {those.length === 0 && <p class="quiet">Nothing is offered in this state.</p>}
              <ul>
                {those.map((option) => (
                  <ActionRow key={option.action} {...row} option={option} />
                ))}
              </ul>
            </section>
          ),
      )}
      {rest.length > 0 && (
        <details class="not-offered">
          <summary>
            Not in this state: <span>{rest.map(({ action }) => actionTitle(manifest, action)).join(", ")}</span>
          </summary>
          <ul>
            {rest.map((option) => (
              <ActionRow key={option.action} {...row} option={option} />
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}
