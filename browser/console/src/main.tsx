import "./style/tokens.css";
import "./style/base.css";
import { render } from "preact";
import { App } from "./app/App.tsx";
import { takeDropped } from "./app/drop.ts";
import { begin, give } from "./policies/current.ts";

const root = document.getElementById("app");
if (root) render(<App />, root);
void begin();
takeDropped((file) => {
  // Other files are worlds, which the view of worlds takes.
  if (file.name.endsWith(".wasm")) void give(file);
});
