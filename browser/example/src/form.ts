import type { ActionOption } from "interlock-policy";

/** What the page has by a selector. */
export function find<E extends Element>(selector: string, within: ParentNode = document): E {
  const found = within.querySelector<E>(selector);
  if (!found) throw new Error(`the page has no ${selector}`);
  return found;
}

/** A choice in a form, by name. */
export function choice(form: HTMLFormElement, name: string): HTMLSelectElement {
  return form.elements.namedItem(name) as Element as HTMLSelectElement;
}

/** A button for each action, greyed where it may not be taken, with the reasons beside it. */
export function draw(form: HTMLFormElement, options: ActionOption[], take?: (action: string) => void): void {
  const rows = options.flatMap(({ action, decision }) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = action;
    button.disabled = decision.verdict !== "allow";
    button.addEventListener("click", () => take?.(action));
    const why = document.createElement("span");
    why.textContent = decision.reasons.map(({ message }) => message).join("; ");
    return [button, why];
  });
  find(".actions", form).replaceChildren(...rows);
}
