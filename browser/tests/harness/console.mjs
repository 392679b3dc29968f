import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { startChromium } from "./chromium.mjs";
import { serveFolders } from "./server.mjs";

/** What a server of static files has of the console. */
export const DIST = fileURLToPath(new URL("../../console/dist", import.meta.url));
/** How many times slower a page shall run, as on a busy machine: it shows which test reads a page too soon. Default: 1. */
const SLOWER = Number(process.env.SLOWER ?? 1);
const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/**
 * The console and a browser, for one file of tests.
 *
 * - `server`: what serves the console, and is ended with it. Default: its static files on loopback.
 */
export async function openConsole(server) {
  server ??= await serveFolders({ "/": DIST });
  const browser = await startChromium();
  return {
    server,
    browser,
    /**
     * A page that shows a link, such as `#/matrix?kind=backup`. Whatever the page logs as an error, and any request that
     * leaves the server, fails the test when the page is closed by `finish`.
     */
    async open(link, options = {}) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
      const page = await context.newPage();
      if (SLOWER > 1) {
        const client = await context.newCDPSession(page);
        await client.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
      }
      const wrong = [];
      page.on("pageerror", (error) => wrong.push(String(error)));
      page.on("console", (message) => message.type() === "error" && wrong.push(message.text()));
      page.on("request", (request) => {
        const { protocol } = new URL(request.url());
        if (!request.url().startsWith(server.address) && protocol !== "blob:" && protocol !== "data:") {
          wrong.push(`asked for ${request.url()}`);
        }
      });
      await page.goto(`${server.address}/${link}`);
      return Object.assign(page, {
        wrong,
        async finish() {
          await context.close();
          assert.deepEqual(wrong, []);
        },
      });
    },
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

/** What axe finds wrong with a page: nothing, or the rules that are broken, and where. */
export async function violations(page) {
  await page.evaluate(await readFile(AXE, "utf8"));
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ target }) => target).join("; ")}`);
}
