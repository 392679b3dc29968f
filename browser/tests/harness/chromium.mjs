import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

/** Where Chromium is: `CHROMIUM` names another one than Debian's. */
const PROGRAM = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** Starts Chromium without a window, and without anything that it would ask of the network by itself. */
export async function startChromium() {
  if (!existsSync(PROGRAM)) {
    throw new Error(`there is no ${PROGRAM}; install Debian's package chromium, or name one in CHROMIUM`);
  }
  return chromium.launch({
    executablePath: PROGRAM,
    args: [
      // Its sandbox needs rights that root in a container does not have.
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
    ],
  });
}
