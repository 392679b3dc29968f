import { choose, chosen } from "../link/link.ts";
import { without } from "../link/attributes.ts";
import { pathOf } from "../worlds/resources.ts";

/** The resource that the link names, as `KIND/ID` in `target`; null where it names none. */
export function chosenTarget(): { kind: string; id: string } | null {
  const text = chosen("target") ?? "";
  const slash = text.indexOf("/");
  return slash < 1 || slash === text.length - 1 ? null : { kind: text.slice(0, slash), id: text.slice(slash + 1) };
}

/** Chooses a resource; what was said for the one before is taken back. Null chooses none. */
export function chooseTarget(target: { kind: string; id: string } | null): void {
  choose({
    ...without("param.", "attr."),
    edit: null,
    action: null,
    target: target && pathOf(target),
  });
}
