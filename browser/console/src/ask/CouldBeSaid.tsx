import type { Manifest } from "interlock-policy";
import { kindTitle } from "../policies/titles.ts";
import { type OnSay, SayableList } from "./SayableList.tsx";
import type { Place, Sayable } from "./sayable.ts";

/** What the action reads and nobody said: what must be known first stands first. */
export function CouldBeSaid(props: { manifest: Manifest; sayables: readonly Sayable[]; onSay: OnSay }) {
  const { manifest, sayables, onSay } = props;
  if (sayables.length === 0) return null;
  const needed = sayables.filter(({ isNeeded }) => isNeeded).length;
  const groups = new Map<string, Sayable[]>();
  for (const one of [...sayables].sort((a, b) => Number(b.isNeeded) - Number(a.isNeeded))) {
    const title = titleOf(one.place, manifest);
    groups.set(title, [...(groups.get(title) ?? []), one]);
  }
  return (
    <details class="could-be-said">
      <summary>
        Could be said: {sayables.length}
        {needed > 0 && <span class="needed">{needed} may settle the answer</span>}
      </summary>
      {[...groups].map(([title, those]) => (
        <section key={title}>
          <h3>{title}</h3>
          <SayableList sayables={those} onSay={onSay} />
        </section>
      ))}
    </details>
  );
}

function titleOf(place: Place, manifest: Manifest): string {
  if (place === "subject") return "Who asks";
  if (place === "target") return "The target";
  if (place === "parameter") return "Arguments of the action";
  return `Other resources: ${kindTitle(manifest, place.related)}`;
}
