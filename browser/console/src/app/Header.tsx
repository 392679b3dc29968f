import { FileButton } from "../components/FileButton.tsx";
import { choose, chosen, linkTo, VIEWS, view } from "../link/link.ts";
import { catalogue, current, give } from "../policies/current.ts";
import { setTheme, THEMES, theme } from "./theme.ts";
import { VIEW } from "./views.tsx";

/** Name, policy, views, theme. */
export function Header() {
  const state = current.value;
  return (
    <header class="header">
      <a class="skip" href="#main" onClick={focusMain}>
        Skip to the view
      </a>
      <h1 class="brand">Interlock</h1>
      <PolicyPicker />
      <nav aria-label="Views">
        <ul>
          {VIEWS.filter((name) => VIEW[name]).map((name) => (
            <li key={name}>
              <a href={linkTo(name)} aria-current={view.value === name ? "page" : undefined}>
                {VIEW[name]?.title}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <div class="header-end">
        {state.status === "ready" && (
          <span class="digest" title={state.policy.digest}>
            {state.policy.manifest.name} {state.policy.manifest.version}
          </span>
        )}
        <label class="theme">
          <span class="hidden">Theme</span>
          <select value={theme.value} onChange={(event) => setTheme(event.currentTarget.value)}>
            {THEMES.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
      </div>
    </header>
  );
}

/** The link's own target would replace what the address says of the view. */
function focusMain(event: Event): void {
  event.preventDefault();
  document.getElementById("main")?.focus();
}

function PolicyPicker() {
  const { policies } = catalogue.value;
  const shown = chosen("policy") ?? policies[0]?.url ?? "";
  return (
    <div class="policy-picker">
      <label>
        <span class="hidden">Policy</span>
        <select value={shown} onChange={(event) => choose({ policy: event.currentTarget.value })}>
          {policies.map(({ title, url }) => (
            <option key={url} value={url}>
              {title}
            </option>
          ))}
        </select>
      </label>
      <FileButton accept=".wasm,application/wasm" onOpen={([file]) => file && void give(file)}>
        Open file…
      </FileButton>
    </div>
  );
}
