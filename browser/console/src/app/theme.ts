import { effect, signal } from "@preact/signals";

/** What the page may look like; `system` follows the browser. */
export const THEMES = ["system", "light", "dark"] as const;
type Theme = (typeof THEMES)[number];

const KEY = "interlock-theme";

/** What was chosen; kept in this browser. */
export const theme = signal<Theme>(known(stored()));

/** Chooses; what is not known is `system`. */
export function setTheme(name: string): void {
  theme.value = known(name);
}

effect(() => {
  document.documentElement.dataset["theme"] = theme.value;
  try {
    localStorage.setItem(KEY, theme.value);
  } catch {
    // A browser that keeps nothing still shows it.
  }
});

function stored(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function known(name: string | null): Theme {
  return THEMES.find((one) => one === name) ?? "system";
}
