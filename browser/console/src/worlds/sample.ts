import { ABSENT, type Manifest, type Observation, type World } from "interlock-policy";

/**
 * A world out of the manifest alone: a resource of each kind in each state that the mode has, and a subject for each role.
 * Links lead to the first resource of the kind that they name.
 */
export function sampleWorld(manifest: Manifest, mode: number): World {
  const subjects = manifest.roles.map((role) => ({ id: role, roles: [role] }));
  const kinds = manifest.kinds.filter(({ modes }) => modes.includes(mode));
  const idOf = (kind: string, state: string) => `${kind}-${state}`;
  const firstOf = (name: string) => {
    const kind = kinds.find((one) => one.name === name);
    const state = kind?.states.find((one) => one.name !== ABSENT && one.modes.includes(mode));
    return kind && state ? idOf(kind.name, state.name) : undefined;
  };
  const resources = kinds.flatMap(({ name, states }) =>
    states
      .filter((state) => state.name !== ABSENT && state.modes.includes(mode))
      .map((state): Observation => {
        const attributes: Record<string, string> = {};
        for (const { path, links_to } of manifest.inputs) {
          const own = path.startsWith(`related.${name}.`) ? path.slice(`related.${name}.`.length) : undefined;
          const link = own && links_to ? firstOf(links_to) : undefined;
          if (own && link) attributes[own] = link;
        }
        return { kind: name, id: idOf(name, state.name), state: state.name, attributes };
      }),
  );
  return { title: `Sample of ${manifest.title}`, mode: manifest.modes[mode] ?? "", subjects, resources };
}
