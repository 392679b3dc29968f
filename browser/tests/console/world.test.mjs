import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { deflateRawSync } from "node:zlib";
import { openConsole, violations } from "../harness/console.mjs";
import { counts, eventually, focused, holds, linkOf } from "../harness/eventually.mjs";

let site;
before(async () => (site = await openConsole()));
after(() => site.close());

const FEDERATED = "world=worlds%2Ffederated-site.json";
const NIGHTLY = `#/world?${FEDERATED}&as=user-17&target=backup/nightly-42`;

const row = (page, name) => page.getByRole("listbox").getByRole("option", { name });
const action = (page, name) => page.getByRole("button", { name, exact: true });
const steps = (page) => page.getByRole("region", { name: "Steps" });
const drop = (page, name, text) =>
  page.evaluate(
    ([name, text]) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([text], name));
      document
        .querySelector("main")
        .dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
    },
    [name, text],
  );

test("on the first look, a site of the catalogue is shown as its first subject sees it", async () => {
  const page = await site.open("#/world");
  await row(page, /^Backup location blob-eu Valid \d+ actions? allowed$/).waitFor();
  await page.waitForURL(/world=worlds%2Ffederated-site\.json&as=super-admin/);
  await holds(page.getByRole("combobox", { name: "Who am I", exact: true }), "super-admin");
  await page.finish();
});

test("a refused action says why, what is in the way, and what would serve instead", async () => {
  const page = await site.open(NIGHTLY);
  const refused = action(page, "Delete: refused");
  await refused.waitFor();
  assert.equal(await refused.getAttribute("aria-disabled"), "true");
  const reason = await refused.evaluate(
    (button) => document.getElementById(button.getAttribute("aria-describedby")).textContent,
  );
  assert.match(reason, /cannot be deleted: none of the clusters attached to location blob-eu is active/);
  await refused.click({ force: true });
  await steps(page).getByText("Nothing was done yet").waitFor();
  await page.getByRole("button", { name: "Clusters: shoot-a Disconnected" }).click();
  await page.getByRole("heading", { name: "shoot-a Disconnected" }).waitFor();
  await row(page, /shoot-a/)
    .and(page.locator('[aria-selected="true"]'))
    .waitFor();
  await page.finish();
});

test("answers of one resource or subject are never shown as those of another", async () => {
  const page = await site.open(NIGHTLY);
  const answers = page.locator(".actions .action");
  await page.locator('.actions[aria-busy="false"]').waitFor();
  // From here on the policy is only asked once `release` is called.
  const hold = () =>
    page.evaluate(() => {
      const { prototype } = Worker;
      const { postMessage } = prototype;
      const held = [];
      prototype.postMessage = function (...message) {
        held.push(() => postMessage.apply(this, message));
      };
      globalThis.release = () => {
        prototype.postMessage = postMessage;
        for (const send of held) send();
      };
    });
  const release = () => page.evaluate(() => globalThis.release());

  await hold();
  await page.getByRole("button", { name: "Clusters: shoot-a Disconnected" }).click();
  await page.getByRole("heading", { name: "shoot-a Disconnected" }).waitFor();
  assert.equal(await answers.count(), 0);
  await page.getByText("Asking the policy…").waitFor();
  await release();
  await answers.first().waitFor();

  await hold();
  await page.getByRole("combobox", { name: "Who am I", exact: true }).selectOption("infra-admin");
  await page.waitForURL(/as=infra-admin/);
  await page.getByText("Asking the policy…").waitFor();
  assert.equal(await answers.count(), 0);
  await release();
  await page.getByRole("region", { name: "What infra-admin may do" }).waitFor();

  // Those of the same resource to the same subject stay until the new ones are there.
  await page.locator('.actions[aria-busy="false"]').waitFor();
  await hold();
  const before = await answers.count();
  assert.ok(before > 0);
  await page.evaluate(() => (location.hash += "&param.acknowledged=true"));
  await page.locator('.actions[aria-busy="true"]').waitFor();
  assert.equal(await answers.count(), before);
  await release();
  await page.locator('.actions[aria-busy="false"]').waitFor();
  await page.finish();
});

test("what the subject may not view is counted, and not named", async () => {
  const page = await site.open(`#/world?${FEDERATED}&as=infra-admin&target=backup-location/blob-eu`);
  const detail = page.getByRole("region", { name: "blob-eu Valid" });
  await detail.getByText("1 hidden").first().waitFor();
  assert.doesNotMatch(await detail.textContent(), /nightly/);
  await page.finish();
});

test("the way out leads to what it needs, is taken, taken back and taken again", async () => {
  const page = await site.open(NIGHTLY);
  await action(page, "Force delete, needs acknowledged").click();
  const field = page.getByLabel("acknowledged");
  await focused(field);
  await field.selectOption("true");
  await action(page, "Force delete: allowed").click();
  await steps(page)
    .getByText("The data stays in the location and must be cleaned up by hand.", { exact: true })
    .waitFor();
  await page.getByRole("heading", { name: "nightly-42 Absent" }).waitFor();
  await row(page, /Backups nightly-42/).waitFor({ state: "detached" });
  await page.waitForURL(/do=user-17\.force-delete\.backup\.nightly-42\.p-acknowledged\.true/);

  const again = await site.open(linkOf(page));
  await again.getByRole("heading", { name: "nightly-42 Absent" }).waitFor();
  await again.finish();

  await action(page, "Undo").click();
  await page.getByRole("heading", { name: "nightly-42 Success" }).waitFor();
  await action(page, "Redo").click();
  await page.getByRole("heading", { name: "nightly-42 Absent" }).waitFor();
  await steps(page).getByRole("button", { name: "The world as it was" }).click();
  await page.getByRole("heading", { name: "nightly-42 Success" }).waitFor();
  await page.finish();
});

test("a step that is not allowed ends the replay, and says why", async () => {
  const page = await site.open(`${NIGHTLY}&do=user-17.delete.backup.nightly-42*user-17.view.backup.nightly-41`);
  await steps(page)
    .getByText(/Not taken: backup nightly-42 cannot be deleted: none of the clusters/)
    .waitFor();
  await steps(page).getByText("not taken: the step before is refused").waitFor();
  await eventually(async () => assert.ok(await action(page, "Redo").isDisabled()));
  await page.finish();
});

test("steps that are chosen faster than the policy answers are all taken, and all taken back", async () => {
  const page = await site.open(NIGHTLY);
  await action(page, "View: allowed").waitFor();
  const clickAtOnce = (...names) =>
    page.evaluate((names) => {
      const buttons = names.map((name) =>
        [...document.querySelectorAll("button")].find((one) => (one.ariaLabel ?? one.textContent) === name),
      );
      for (const button of buttons) button.click();
    }, names);
  await clickAtOnce("View: allowed", "Duplicate: allowed");
  await steps(page).getByText("asked by user-17").nth(1).waitFor();
  await eventually(() => {
    const taken = new URLSearchParams(linkOf(page).split("?")[1]).get("do");
    assert.equal(taken, "user-17.view.backup.nightly-42*user-17.duplicate.backup.nightly-42");
  });
  await clickAtOnce("Undo", "Undo");
  await steps(page).getByText("taken back").nth(1).waitFor();
  await page.waitForURL(/&at=0$/);
  await clickAtOnce("Redo", "Redo");
  await steps(page).getByText("taken back").first().waitFor({ state: "detached" });
  await page.waitForURL((url) => !/&at=/.test(url));
  await page.finish();
});

test("only a whole number in the link takes steps back", async () => {
  const taken = `${NIGHTLY}&do=user-17.force-delete.backup.nightly-42.p-acknowledged.true`;
  for (const at of ["0.5,0.2,1.1", "", "-1", "0x0"]) {
    const page = await site.open(`${taken}&at=${at}`);
    await page.getByRole("heading", { name: "nightly-42 Absent" }).waitFor();
    await page.finish();
  }
  const page = await site.open(`${taken}&at=0`);
  await page.getByRole("heading", { name: "nightly-42 Success" }).waitFor();
  await page.finish();
});

test("nobody is the platform, which reports events", async () => {
  const page = await site.open(`#/world?${FEDERATED}&target=cluster/shoot-a`);
  const reported = page.getByRole("region", { name: "What the platform reports" });
  await reported.getByRole("button", { name: "Connectivity restored: allowed" }).click();
  await page.getByRole("heading", { name: "shoot-a Active" }).waitFor();
  await steps(page).getByText("reported by the platform").waitFor();
  await page.getByRole("combobox", { name: "Who am I", exact: true }).selectOption("user-17");
  await reported.waitFor({ state: "detached" });
  await page.finish();
});

test("text, kind, state and what is allowed narrow the list down, and stand in the link", async () => {
  const page = await site.open(`#/world?${FEDERATED}&as=user-17`);
  const count = page.getByRole("search").getByRole("status");
  await count.getByText("69 resources, federated mode", { exact: true }).waitFor();
  await page.getByRole("searchbox", { name: "Search resources" }).fill("shop blob-eu");
  await count.getByText(/^\d of 69/).waitFor();
  await page.getByRole("combobox", { name: "Kind", exact: true }).selectOption("backup");
  await page.getByRole("combobox", { name: "State", exact: true }).selectOption("success");
  await page.getByRole("combobox", { name: "What user-17 may do", exact: true }).selectOption("duplicate");
  await row(page, /nightly-42/).waitFor();
  await eventually(async () =>
    assert.equal(await row(page, /./).count(), Number((await count.textContent()).split(" ")[0])),
  );
  const again = await site.open(linkOf(page));
  await row(again, /nightly-42/).waitFor();
  await counts(row(again, /./), await row(page, /./).count());
  await again.finish();
  await page.getByRole("searchbox", { name: "Search resources" }).fill("there is no such thing");
  await page.getByText("No resource is like that.").waitFor();
  await action(page, "Show all").click();
  await count.getByText("69 resources, federated mode", { exact: true }).waitFor();
  await page.finish();
});

test("what the link says for another view neither empties the list nor opens a form", async () => {
  const count = (page) => page.getByRole("search").getByRole("status");
  for (const state of ["absent", "paused-or-whatever"]) {
    const page = await site.open(`${NIGHTLY}&edit=json&state=${state}`);
    await count(page).getByText("69 resources, federated mode", { exact: true }).waitFor();
    await action(page, "Change what is known…").waitFor();
    assert.equal(await page.getByRole("button", { name: "Say so" }).count(), 0);
    await page.finish();
  }
  const page = await site.open(`#/world?${FEDERATED}&kind=rule&state=success`);
  await count(page)
    .getByText(/ of 69 /)
    .waitFor();
  await row(page, /^Rules/)
    .first()
    .waitFor();
  await page.finish();
});

test("something new is made of what the policy asks about it", async () => {
  const page = await site.open(`#/world?${FEDERATED}&as=user-31&kind=backup-location`);
  await action(page, "New resource…").click();
  await page.getByLabel("id", { exact: true }).fill("blob-new");
  await page.getByLabel("provider").selectOption("azure");
  await action(page, "Create: allowed").click();
  await page.getByRole("heading", { name: /blob-new (?!Absent)/ }).waitFor();
  await row(page, /Backup location blob-new/).waitFor();
  await page.getByText("azure", { exact: true }).waitFor();
  await page.finish();
});

test("an own file is shown and kept in the link, and is saved as it is", async () => {
  const page = await site.open("#/world");
  const own = {
    title: "My <b>site</b>",
    mode: "classic",
    subjects: [{ id: "me", roles: ["px-backup-super.admin"] }],
    resources: [{ kind: "rule", id: "<img src=x onerror=alert(1)>", state: "present" }],
  };
  await row(page, /blob-eu/).waitFor();
  await page.getByLabel("Open…").setInputFiles({
    name: "own.json",
    mimeType: "application/json",
    buffer: Buffer.from(JSON.stringify(own)),
  });
  await row(page, /^Rules <img src=x onerror=alert\(1\)> Present/).click();
  await action(page, "Delete: allowed").click();
  await page.getByRole("heading", { name: /Absent/ }).waitFor();
  const again = await site.open(linkOf(page));
  await again.getByText("There is nothing in this world yet.").waitFor();
  await holds(again.getByRole("combobox", { name: "Who am I", exact: true }), "me");
  await again.finish();
  await action(page, "Undo").click();
  await row(page, /onerror/).waitFor();
  const [saved] = await Promise.all([page.waitForEvent("download"), action(page, "Save").click()]);
  assert.equal(saved.suggestedFilename(), "my-b-site-b.json");
  assert.deepEqual(JSON.parse(await readFile(await saved.path(), "utf8")), own);
  await page.finish();
});

test("what is no world of this policy is refused in a sentence, and the one before stays", async () => {
  const page = await site.open(`#/world?${FEDERATED}`);
  await row(page, /blob-eu/).waitFor();
  const refusals = [
    ["{", /^bad.json is not shown: line 1, column 2: a/],
    [
      '{"mode": "classic", "resources": [\n {"kind": "rule", "id": "a", "state": "present", "id": "b"}]}',
      /^bad.json is not shown: line 2, column 50: `id` stands twice in one object/,
    ],
    // A large one is read as strictly.
    [`{"mode": "classic",${" ".repeat(1 << 21)}"mode": "federated"}`, /column 2097172: `mode` stands twice/],
    [" ".repeat(17 << 20), /the text has 17.0 MB; this page reads up to 16 MB/],
    ["[]", /the world is a list; it must be an object/],
    ['{"mode": "sideways"}', /mode is `sideways`; it must be one of `classic`, `federated`/],
    ['{"mode": "classic", "resource": []}', /the world has a field `resource` that is not known/],
    [
      '{"mode": "classic", "resources": [{"kind": "rule", "id": 7, "state": "present"}]}',
      /resources\[0\]\.id is 7; it must be a string/,
    ],
    [
      '{"mode": "classic", "resources": [{"kind": "rule", "id": "a", "state": "lost"}]}',
      /resources\[0\]\.state is `lost`; it must be one of `absent`, `present`/,
    ],
    [
      '{"mode": "classic", "resources": [{"kind": "__proto__", "id": "a", "state": "lost"}]}',
      /resources\[0\]\.kind is `__proto__`/,
    ],
    ['{"mode": "classic", "subjects": [{"roles": []}]}', /subjects\[0\]\.id is missing/],
    [
      '{"mode": "classic", "resources": [{"kind": "rule", "id": "a", "state": "present"}, {"kind": "rule", "id": "a", "state": "present"}]}',
      /resources\[1\] is rule `a`, which the world lists twice/,
    ],
  ];
  for (const [text, wanted] of refusals) {
    await drop(page, "bad.json", text);
    await page.getByRole("alert").filter({ hasText: wanted }).waitFor();
    await row(page, /blob-eu/).waitFor();
    await action(page, "Dismiss").click();
  }
  await page.finish();
});

test("a file that is too large, gone, or no text is refused in a sentence", async (context) => {
  const folder = await mkdtemp(join(tmpdir(), "interlock-world-"));
  context.after(() => rm(folder, { recursive: true }));
  const page = await site.open(`#/world?${FEDERATED}`);
  await row(page, /blob-eu/).waitFor();
  const refused = async (wanted) => {
    await page.getByRole("alert").filter({ hasText: wanted }).waitFor();
    await row(page, /blob-eu/).waitFor();
    await action(page, "Dismiss").click();
  };
  const large = join(folder, "large.json");
  await writeFile(large, "");
  await truncate(large, (64 << 20) + 1);
  await page.getByLabel("Open…").setInputFiles(large);
  await refused(/^large.json is not shown: the file has 65 MB; this page reads up to 64 MB/);

  const gone = join(folder, "gone.json");
  await writeFile(gone, '{"mode": "classic"}');
  await page.evaluate(() => {
    const input = Object.assign(document.createElement("input"), { type: "file", id: "held" });
    document.body.append(input);
  });
  await page.locator("#held").setInputFiles(gone);
  await rm(gone);
  await page.evaluate(() => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(document.getElementById("held").files[0]);
    document.body.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
  });
  await refused(/^gone.json is not shown: it cannot be read; it is a folder, or was moved or changed meanwhile/);

  await page.getByLabel("Open…").setInputFiles({
    name: "latin.json",
    mimeType: "application/json",
    buffer: Buffer.from('{"mode": "classic", "title": "caf\xe9"}', "latin1"),
  });
  await refused(/^latin.json is not shown: the file is no text in UTF-8/);
  await page.finish();
});

test("a link that is damaged, or names what is not there, says so and offers a sample", async () => {
  const links = [
    ["world=pasted&data=AAAA", /the world in this link is damaged/],
    // Few bytes that stand for very many.
    [
      `world=pasted&data=${deflateRawSync(" ".repeat(1 << 24) + " ").toString("base64url")}`,
      /world in this link is damaged/,
    ],
    ["world=pasted", /this world was too large to stand in a link/],
    ["world=https%3A%2F%2Fexample.org%2Fworld.json", /there is no world `https:\/\/example.org\/world.json`/],
    [`${FEDERATED}&do=what`, /step 1 of this link is damaged/],
  ];
  for (const [link, wanted] of links) {
    const page = await site.open(`#/world?${link}`);
    await page.getByRole("alert").filter({ hasText: wanted }).waitFor();
    await action(page, "Show a sample instead").click();
    await row(page, /backup-location-valid Valid/).waitFor();
    await page.finish();
  }
});

test("a world is pasted, in the dialog or on the page", async () => {
  const page = await site.open(`#/world?${FEDERATED}`);
  await row(page, /blob-eu/).waitFor();
  await action(page, "Paste…").click();
  const dialog = page.getByRole("dialog", { name: "Paste a world" });
  await dialog
    .getByLabel("World as JSON")
    .fill('{"mode": "classic", "resources": [{"kind": "rule", "id": "one", "state": "present"}]}');
  assert.deepEqual(await violations(page), []);
  await dialog.getByRole("button", { name: "Show this world" }).click();
  await row(page, /Rules one Present/).waitFor();
  await page.evaluate(() => {
    const clipboardData = new DataTransfer();
    clipboardData.setData(
      "text/plain",
      '{"mode": "classic", "resources": [{"kind": "rule", "id": "two", "state": "present"}]}',
    );
    document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  });
  await row(page, /Rules two Present/).waitFor();
  await page.finish();
});

test("the turnstile shows up as well, in a sample that is made of its manifest", async () => {
  const page = await site.open("#/world?policy=policies/turnstile.wasm");
  await action(page, "Make a sample world").click();
  await row(page, /turnstile-locked Locked/).click();
  await action(page, "Say: jammed…").click();
  await page.getByLabel("jammed").selectOption("false");
  await action(page, "Say so").click();
  await action(page, "Coin: allowed").click();
  await steps(page).getByText("The coin falls into the box.", { exact: true }).waitFor();
  await action(page, "Push: allowed").click();
  await page.getByRole("heading", { name: "turnstile-locked Locked" }).waitFor();
  const again = await site.open(linkOf(page));
  await steps(again).getByText("The coin falls into the box.", { exact: true }).waitFor();
  await again.finish();
  await page.finish();
});

test("a world is read, walked and changed by the keyboard alone", async () => {
  const page = await site.open(`#/world?${FEDERATED}&as=user-17`);
  await row(page, /blob-eu.*allowed/).waitFor();
  await page.getByRole("searchbox", { name: "Search resources" }).focus();
  await page.keyboard.type("nightly-4");
  await row(page, /blob-eu/).waitFor({ state: "detached" });
  const list = page.getByRole("listbox");
  while (!(await list.evaluate((element) => element === document.activeElement))) await page.keyboard.press("Tab");
  await page.keyboard.press("End");
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  const heading = page.getByRole("heading", { level: 2, name: /^nightly-4\d/ });
  await heading.waitFor();
  await page.waitForFunction(() => document.activeElement?.tagName === "H2");
  const view = action(page, "View: allowed");
  await view.waitFor();
  while (!(await view.evaluate((element) => element === document.activeElement))) await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await steps(page).getByText("asked by user-17").waitFor();
  // The first takes the button's tooltip away.
  await page.keyboard.press("Escape");
  await page.getByRole("tooltip").waitFor({ state: "detached" });
  await page.keyboard.press("Escape");
  await heading.waitFor({ state: "detached" });
  await focused(list);
  await page.finish();
});

test("a question about an action is one step away, in the names that the other view reads", async () => {
  const page = await site.open(NIGHTLY);
  const link = await page.getByRole("link", { name: "Ask about Delete", exact: true }).getAttribute("href");
  const [view, query] = link.replace("#/", "").split("?");
  assert.equal(view, "ask");
  const choices = Object.fromEntries(new URLSearchParams(query));
  assert.deepEqual(choices, {
    world: "worlds/federated-site.json",
    as: "user-17",
    target: "backup/nightly-42",
    action: "delete",
  });
  await page.finish();
});

test("ten thousand resources are a list of few rows, searched and scrolled as they are", async (context) => {
  const seed = JSON.parse(await readFile(new URL("../../../examples/federated-site.json", import.meta.url), "utf8"));
  const resources = Array.from({ length: 10_000 }, (_, count) => {
    const like = seed.resources[count % seed.resources.length];
    return count < seed.resources.length ? like : { ...like, id: `${like.id}-${count}` };
  });
  const page = await site.open("#/world?as=user-17");
  await row(page, /blob-eu/).waitFor();
  await page.evaluate(() => (globalThis.began = performance.now()));
  const told = (what, milliseconds) => context.diagnostic(`${what}: ${milliseconds.toFixed(0)} ms`);
  const rows = () => page.locator('[role="option"]').count();
  await drop(page, "large.json", JSON.stringify({ ...seed, resources }));
  await page.getByRole("search").getByText("10,000 resources").waitFor();
  told("a file of 10,000 resources until its list is there", await page.evaluate(() => performance.now() - began));
  await page.getByText("This world is too large to stand in a link").waitFor();
  const few = async () => assert.ok((await rows()) < 80, `${await rows()} rows`);
  await few();
  await page.locator('[role="listbox"][aria-busy="false"]').waitFor();
  told("until what may be done to each is there", await page.evaluate(() => performance.now() - began));

  const frames = await page.evaluate(async () => {
    const list = document.querySelector('[role="listbox"]');
    const frame = () => new Promise((drawn) => requestAnimationFrame(drawn));
    const times = [];
    let most = 0;
    await frame();
    for (let at = performance.now(), step = 0; step < 120; step += 1) {
      list.scrollTop += 700;
      const now = await frame();
      times.push(now - at);
      at = now;
      most = Math.max(most, document.querySelectorAll('[role="option"]').length);
    }
    return { most, times: times.sort((one, other) => one - other), top: list.scrollTop };
  });
  assert.ok(frames.top > 50_000);
  assert.ok(frames.most > 0 && frames.most < 80, `${frames.most} rows while scrolling`);
  told("a frame of scrolling, median", frames.times[60]);
  told("a frame of scrolling, longest", frames.times.at(-1));

  const search = page.getByRole("searchbox", { name: "Search resources" });
  const keystroke = await search.evaluate(async (input) => {
    const times = [];
    for (const text of ["n", "ni", "nig", "nigh", "night"]) {
      const began = performance.now();
      input.value = text;
      input.dispatchEvent(new InputEvent("input", { bubbles: true }));
      await new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
      times.push(performance.now() - began);
    }
    return Math.max(...times);
  });
  told("a keystroke until the list is filtered, longest of five", keystroke);
  await row(page, /nightly-/)
    .first()
    .click();
  await page.getByRole("heading", { level: 2, name: /^nightly/ }).waitFor();
  await page.getByRole("link", { name: "Ask about View" }).waitFor();
  await few();
  await page.finish();
});

for (const colorScheme of ["light", "dark"]) {
  for (const viewport of [
    { width: 1280, height: 800 },
    { width: 390, height: 800 },
  ]) {
    test(`axe finds nothing in a ${colorScheme} world of ${viewport.width} pixels`, async () => {
      for (const link of [
        `#/world?${FEDERATED}&as=user-17`,
        `${NIGHTLY}&edit=known&do=user-17.view.backup.nightly-42*user-17.delete.backup.nightly-42`,
        `#/world?${FEDERATED}&target=backup/new-1&edit=known`,
        "#/world?policy=policies/turnstile.wasm",
      ]) {
        const page = await site.open(link, { colorScheme, viewport });
        await page.locator(".world").getByRole("button").first().waitFor();
        await page
          .getByRole("status")
          .filter({ hasText: /Reading|Asking|Loading/ })
          .waitFor({ state: "detached" });
        assert.deepEqual(await violations(page), []);
        assert.ok(
          await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth),
          "the page is too wide",
        );
        await page.finish();
      }
    });
  }
}
