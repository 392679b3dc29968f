// A policy that its server may replace, keep back or lose while the page shows it.
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { DIST, openConsole } from "../harness/console.mjs";

let site;
let shipped;
before(async () => {
  site = await openConsole();
  shipped = {
    backup: await readFile(`${DIST}/policies/backup.wasm`),
    turnstile: await readFile(`${DIST}/policies/turnstile.wasm`),
  };
});
after(() => site.close());

/** A page with a policy that is followed, as `interlock console` lists its own; what answers for it can be changed. */
async function follow(link, served) {
  const page = await site.open("no-such-folder/../index.html");
  const policies = [
    { title: "Served", url: "policies/served.wasm", watch: true },
    { title: "Turnstile", url: "policies/turnstile.wasm", watch: false },
  ];
  await page.route("**/console.json", (route) => route.fulfill({ json: { policies, worlds: [] } }));
  await page.route("**/policies/served.wasm", (route) =>
    served.body ? route.fulfill({ body: served.body, contentType: "application/wasm" }) : route.abort(),
  );
  await page.goto(`${site.server.address}/${link}`);
  await page.reload();
  return page;
}

test("a server that is away is told of as such, and no longer once it is back", async () => {
  const served = { body: shipped.turnstile };
  const page = await follow("#/matrix", served);
  await page.getByRole("tab", { name: "Turnstile" }).waitFor();
  served.body = undefined;
  const away = page.getByRole("status").getByText("The policy cannot be followed: ");
  await away.waitFor();
  await page.getByRole("button", { name: "Coin, Locked: conditional" }).waitFor();
  served.body = shipped.turnstile;
  await away.waitFor({ state: "detached" });
  page.wrong.length = 0;
  await page.finish();
});

test("a new version that is refused is told of until another takes its place", async () => {
  const served = { body: shipped.turnstile };
  const page = await follow("#/matrix", served);
  await page.getByRole("tab", { name: "Turnstile" }).waitFor();
  served.body = Buffer.from("<html></html>");
  const refused = page.getByRole("status").getByText("A new version is not shown: ");
  await refused.waitFor();
  served.body = undefined;
  await page.getByRole("status").getByText("The policy cannot be followed: ").waitFor();
  served.body = Buffer.from("<html></html>");
  await refused.waitFor();
  served.body = shipped.turnstile;
  await refused.waitFor({ state: "detached" });
  page.wrong.length = 0;
  await page.finish();
});

test("a policy that cannot be had at first is tried again when asked to", async () => {
  const served = { body: undefined };
  const page = await follow("#/matrix", served);
  await page.getByRole("alert").waitFor();
  served.body = shipped.turnstile;
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("tab", { name: "Turnstile" }).waitFor();
  page.wrong.length = 0;
  await page.finish();
});

test("a served policy that is replaced is compared anew, though another is shown", async () => {
  const served = { body: shipped.turnstile };
  const page = await follow(
    "#/compare?policy=policies/turnstile.wasm&old=policies/served.wasm&new=policies/turnstile.wasm",
    served,
  );
  await page.getByText("The two decide, tell and answer alike.").waitFor();
  // The replacement is seen only by who has looked at what was there before.
  await page.waitForTimeout(1500);
  served.body = shipped.backup;
  await page.getByText("backup-resource-states 0.1.0").first().waitFor({ timeout: 120_000 });
  await page.finish();
});
