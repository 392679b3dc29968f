import { computed, signal } from "@preact/signals";

/** The views, in the order in which they are shown. */
export const VIEWS = ["matrix", "chart", "world", "ask", "compare"] as const;
/** Name of a view, as it stands in links. */
export type ViewName = (typeof VIEWS)[number];

/** What a link says: the view, and all that was chosen in it. */
export interface Link {
  readonly view: ViewName;
  readonly choices: URLSearchParams;
}

/**
 * What is shown. It is read from the address after `#`, as `#/matrix?kind=backup&mode=federated`, and written there
 * with each change, so that a link holds the whole view. Choices that a view does not know are kept for the others.
 */
export const link = signal<Link>(read());

/** The view that is shown. */
export const view = computed(() => link.value.view);

/** What was chosen under a name; null where nothing was. */
export function chosen(name: string): string | null {
  return link.value.choices.get(name);
}

/** Chooses, all at once; null takes a choice back. The way back leads to the last view, not through every choice. */
export function choose(choices: Readonly<Record<string, string | null>>): void {
  link.value = { view: link.value.view, choices: changed(choices) };
  history.replaceState(null, "", address(link.value));
}

/** The link to a view with these choices besides those that are made. */
export function linkTo(to: ViewName, choices: Readonly<Record<string, string | null>> = {}): string {
  return address({ view: to, choices: changed(choices) });
}

/** The choices that are made, with others; null takes one back. */
function changed(choices: Readonly<Record<string, string | null>>): URLSearchParams {
  const all = new URLSearchParams(link.value.choices);
  for (const [name, value] of Object.entries(choices)) {
    if (value === null) all.delete(name);
    else all.set(name, value);
  }
  return all;
}

function address({ view, choices }: Link): string {
  const text = choices.toString();
  return `#/${view}${text === "" ? "" : `?${text}`}`;
}

function read(): Link {
  const [path = "", query = ""] = location.hash.replace(/^#\/?/, "").split("?", 2);
  const view = VIEWS.find((name) => name === path) ?? "matrix";
  return { view, choices: new URLSearchParams(query) };
}

addEventListener("hashchange", () => {
  link.value = read();
});
