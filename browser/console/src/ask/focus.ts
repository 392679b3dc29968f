/** Leads the focus to a field that may only be there after the next drawing. */
export function focusField(id: string): void {
  setTimeout(() => {
    const part = document.getElementById(id);
    if (part instanceof HTMLDetailsElement) part.open = true;
    const field = part?.querySelector<HTMLElement>("input, summary");
    field?.focus();
    field?.scrollIntoView({ block: "center" });
  });
}
