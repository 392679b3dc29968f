import "./style/tokens.css";
import "./style/base.css";
import { render } from "preact";
import { App } from "./app/App.tsx";
import { takeDropped } from "./app/drop.ts";
import { begin, takeUntaken } from "./policies/current.ts";

const root = document.getElementById("app");
if (root) render(<App />, root);
void begin();
takeDropped(takeUntaken);
