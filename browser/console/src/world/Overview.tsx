import type { Manifest, World } from "interlock-policy";
import { StateChip } from "../components/StateChip.tsx";
import { choose } from "../link/link.ts";

/** What there is in a world while no resource is chosen: how many of each kind are in each state. */
export function Overview({ manifest, world }: { manifest: Manifest; world: World }) {
  const counts = new Map<string, number>();
  for (const { kind, state } of world.resources ?? []) {
    counts.set(`${kind}/${state}`, (counts.get(`${kind}/${state}`) ?? 0) + 1);
  }
  return (
    <section class="world-detail world-overview" aria-label="Overview">
      <h2>{world.title || "A world"}</h2>
      <p class="quiet">Choose a resource to see what may be done to it, and why not.</p>
      <dl class="overview">
        {manifest.kinds.map(({ name, title, states }) => {
          const those = states.filter((state) => counts.has(`${name}/${state.name}`));
          return (
            those.length > 0 && (
              <div key={name} class="overview-kind">
                <dt>{title}</dt>
                <dd>
                  {those.map((state) => (
                    <button
                      key={state.name}
                      type="button"
                      onClick={() => choose({ kind: name, state: state.name, may: null })}
                    >
                      <StateChip manifest={manifest} kind={name} state={state.name} />
                      {(counts.get(`${name}/${state.name}`) ?? 0).toLocaleString("en")}
                    </button>
                  ))}
                </dd>
              </div>
            )
          );
        })}
      </dl>
    </section>
  );
}
