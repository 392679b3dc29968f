import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { constants, inflateRawSync } from "node:zlib";
import { DIST, openConsole, violations } from "../harness/console.mjs";
import { eventually, focused, holds, linkOf } from "../harness/eventually.mjs";
import { PROGRAM } from "../harness/program.mjs";

const root = new URL("../../../", import.meta.url);
const path = (name) => fileURLToPath(new URL(name, root));
const CASES = path("tests/cases");

let site;
before(async () => (site = await openConsole()));
after(() => site.close());

const WORLD = "world=worlds/federated-site.json";
const DELETE = `#/ask?${WORLD}&as=user-17&action=delete&target=backup/nightly-42`;

const answer = (page) => page.getByRole("region", { name: "Answer" });
const verdict = (page, word) => answer(page).locator(".verdict", { hasText: word }).waitFor();
const field = (page, name) => page.getByRole("combobox", { name, exact: true });
const editor = (page) => page.getByLabel("A request, a case, or a file of cases");

async function fill(page, name, text) {
  await field(page, name).fill(text);
  await field(page, name).press("Enter");
}

/** What stands in a tab of the forms of the answer. */
async function form(page, name) {
  await page.getByRole("tab", { name, exact: true }).click();
  return page.getByRole("region", { name, exact: true }).textContent();
}

/** The link, once the request in it is what it shall be. */
async function linkWith(page, isWanted) {
  return eventually(() => {
    const link = linkOf(page);
    const packed = new URLSearchParams(link.slice(link.indexOf("?"))).get("request") ?? "";
    const text = inflateRawSync(Buffer.from(packed, "base64url"), { finishFlush: constants.Z_SYNC_FLUSH }).toString();
    assert.ok(isWanted(text), `the link does not come to hold the request: ${link}`);
    return link;
  });
}

test("a question about a world stands in the link, and names the resources in the way", async () => {
  const page = await site.open(DELETE);
  await verdict(page, "refused");
  await answer(page).getByText("user-17 may not delete backup nightly-42 (success) in federated mode.").waitFor();
  await answer(page).getByText("none of the clusters attached to location").waitFor();
  const link = await answer(page).getByRole("link", { name: "cluster shoot-a (disconnected)" }).getAttribute("href");
  const choices = new URLSearchParams(link.slice(link.indexOf("?")));
  assert.ok(link.startsWith("#/world?"));
  assert.equal(choices.get("target"), "cluster/shoot-a");
  assert.equal(choices.get("as"), "user-17");
  const matrix = await answer(page).getByRole("link", { name: "Show the cell in the matrix" }).getAttribute("href");
  assert.equal(new URLSearchParams(matrix.slice(matrix.indexOf("?"))).get("cell"), "success/delete");
  await page.finish();
});

test("a way out can be asked, needs its parameter, and the link holds it", async () => {
  const page = await site.open(DELETE);
  await answer(page).getByRole("button", { name: "Ask Force delete" }).click();
  await page.waitForFunction(() => document.activeElement?.closest("[id='parameter.acknowledged']"));
  await fill(page, "acknowledged", "true");
  await verdict(page, "allowed");
  await answer(page).getByText("The data stays in the location").waitFor();
  await page.waitForURL(/action=force-delete.*param\.acknowledged=true/);
  const again = await site.open(linkOf(page));
  await verdict(again, "allowed");
  await again.finish();
  await page.finish();
});

test("completion offers what fits, and nothing else", async () => {
  const page = await site.open(DELETE);
  await verdict(page, "refused");
  await field(page, "Action").click();
  const offered = page.getByRole("group", { name: "Operations" }).getByRole("option");
  await offered.filter({ hasText: /^Delete/ }).waitFor();
  assert.equal(await offered.filter({ hasText: /^Suspend/ }).count(), 0, "a backup is not suspended");
  await field(page, "Action").fill("no such action");
  await page.getByText("Nothing fits.").waitFor();
  await field(page, "Action").press("Enter");
  await holds(field(page, "Action"), "Delete");
  await fill(page, "Subject of the world", "user-23");
  await answer(page).getByText("user-23 may not delete").waitFor();
  await page.finish();
});

test("Enter takes what was typed, however quickly it follows", async () => {
  const page = await site.open("#/ask?policy=policies/turnstile.wasm");
  await verdict(page, "conditional");
  for (const [typed, taken] of [
    ["locked", "Locked"],
    ["unlo", "Unlocked"],
    ["locked", "Locked"],
    ["absent", "Absent"],
    ["nowhere", "Absent"],
  ]) {
    await field(page, "State").evaluate((input, text) => {
      input.focus();
      input.value = text;
      input.dispatchEvent(new InputEvent("input", { bubbles: true }));
      input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
    }, typed);
    await holds(field(page, "State"), taken);
    await page.getByRole("listbox", { name: "State" }).waitFor({ state: "hidden" });
  }
  await page.finish();
});

test("a target that the world does not have is one yet to be made, with attributes", async () => {
  const page = await site.open(`#/ask?${WORLD}&as=user-17&action=create&target=backup/fresh`);
  await page.getByText("The world does not have it").waitFor();
  await fill(page, "Add attribute", "location");
  await field(page, "location").click();
  await page.getByRole("listbox").getByRole("option").first().waitFor();
  const ids = await page.getByRole("listbox").getByRole("option").allTextContents();
  assert.ok(ids.length > 0 && ids.every((text) => text.startsWith("blob-")), `locations only: ${ids}`);
  await fill(page, "location", "blob-eu");
  await page.waitForFunction(() => location.hash.includes("attr.location=blob-eu"));
  await eventually(async () => assert.match(await form(page, "Request"), /"location": "blob-eu"/));
  await page.finish();
});

test("form and JSON are two views of one request", async () => {
  const page = await site.open("#/ask?policy=policies/turnstile.wasm");
  await verdict(page, "conditional");
  await fill(page, "State", "locked");
  await page.getByRole("tab", { name: "JSON", exact: true }).click();
  const request = await eventually(async () => {
    const request = JSON.parse(await editor(page).inputValue());
    assert.equal(request.target.state, "locked");
    return request;
  });
  request.target.attributes = { jammed: "true" };
  await editor(page).fill(JSON.stringify(request));
  await verdict(page, "refused");
  const link = await linkWith(page, (text) => text === JSON.stringify(request));
  await page.getByRole("tab", { name: "Form", exact: true }).click();
  await holds(field(page, "jammed"), "true");
  const again = await site.open(link.replace("edit=json", ""));
  await verdict(again, "refused");
  await holds(field(again, "jammed"), "true");
  await again.finish();
  await page.finish();
});

test("what must be known can be said where the answer says so", async () => {
  const page = await site.open("#/ask?policy=policies/turnstile.wasm");
  await verdict(page, "conditional");
  await answer(page).getByText("Whether someone may").waitFor();
  await answer(page).getByRole("button", { name: "Say it: target.jammed" }).click();
  await page.waitForFunction(() => document.activeElement?.closest("[id='target.jammed']"));
  await page.keyboard.press("ArrowDown");
  await page.getByRole("option", { name: "false" }).waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await verdict(page, "allowed");
  await page.finish();
});

test("a question about a world goes on by hand, where what is in the way can be changed", async () => {
  const page = await site.open(DELETE);
  await verdict(page, "refused");
  await page.getByText("written by hand", { exact: true }).click();
  await answer(page).getByRole("button", { name: "cluster shoot-a (disconnected)" }).click();
  const other = page.locator(".related details[open]", { hasText: "shoot-a" });
  await other.getByRole("combobox", { name: "State" }).fill("active");
  await other.getByRole("combobox", { name: "State" }).press("Enter");
  await verdict(page, "allowed");
  const isChanged = (text) => JSON.parse(text || "{}").related?.find(({ id }) => id === "shoot-a")?.state === "active";
  const again = await site.open(await linkWith(page, isChanged));
  await verdict(again, "allowed");
  await again.locator(".related details[open]", { hasText: "shoot-a" }).waitFor();
  await again.getByText("about a world", { exact: true }).click();
  await verdict(again, "refused");
  await again.finish();
  await page.finish();
});

test("an open cell of the matrix is what is asked", async () => {
  const page = await site.open("#/matrix?kind=backup&mode=federated&cell=success/delete");
  await page.getByRole("link", { name: "Ask" }).click();
  await answer(page).getByText("delete backup backup-1 (success) in federated mode").waitFor();
  await page.finish();
});

test("each mistake is one sentence, and what was typed stays", async () => {
  const page = await site.open("#/ask?policy=policies/turnstile.wasm&edit=json");
  const good = { mode: "normal", action: "coin", target: { kind: "turnstile", id: "t", state: "locked" } };
  const mistakes = [
    ['{"mode": "normal",\n "action" 2}', "line 2, column 11: a colon is expected"],
    ["{'mode': 1}", "line 1, column 2: this is no value and no name"],
    ['{"mode": "normal", "mode": "other"}', "line 1, column 20: `mode` stands twice in one object"],
    ['{"mode": "nor', "the text lacks its closing double quote"],
    ["[".repeat(30_000), "nested too deeply"],
    ["[]", "the request is a list; it must be an object"],
    [JSON.stringify({ ...good, colour: "red" }), "the request has a field `colour` that is not known; it takes `mode`"],
    [JSON.stringify({ ...good, mode: 7 }), "mode is 7; it must be a string"],
    [
      JSON.stringify({ ...good, target: { ...good.target, attributes: { jammed: true } } }),
      "target.attributes.jammed is true",
    ],
    [JSON.stringify({ ...good, related: {} }), "it must be a list"],
    [JSON.stringify({ ...good, coverage: "some" }), "coverage is `some`; it must be `partial` or `complete`"],
    [JSON.stringify({ ...good, mode: "abnormal" }), "The policy does not take this request:"],
    [JSON.stringify({ ...good, action: undefined }), "Still to be chosen: action."],
  ];
  for (const [text, sentence] of mistakes) {
    await editor(page).fill(text);
    await page.getByText(sentence.replaceAll("`", "")).first().waitFor({ timeout: 5000 });
    await holds(editor(page), text);
  }
  await editor(page).fill('{"mode": "nor');
  await page.getByRole("tab", { name: "Form", exact: true }).click();
  await page.getByText("The form has nothing to show").waitFor();
  const again = await site.open(await linkWith(page, (text) => text === '{"mode": "nor'));
  await again.getByRole("button", { name: "Correct the JSON" }).click();
  await holds(editor(again), '{"mode": "nor');
  await again.finish();
  await page.finish();
});

test("hostile text is text, and is asked as it is", async () => {
  const id = `<img src=x onerror="document.title='broken'">'"$(reboot)\``;
  const request = {
    mode: "normal",
    subject: { id, roles: [id], attributes: JSON.parse('{"__proto__": "a", "constructor": ["b", "c"]}') },
    action: "coin",
    target: { kind: "turnstile", id, state: "locked", attributes: { jammed: "false" } },
  };
  const page = await site.open("#/ask?policy=policies/turnstile.wasm&edit=json");
  await editor(page).fill(JSON.stringify(request));
  await verdict(page, "allowed");
  assert.equal(await answer(page).locator("img").count(), 0);
  await page.getByRole("tab", { name: "Form", exact: true }).click();
  await holds(field(page, "__proto__"), "a");
  await fill(page, "State", "unlocked");
  await eventually(async () => {
    const shown = JSON.parse(await form(page, "Request"));
    assert.equal(shown.target.state, "unlocked");
    assert.deepEqual(Object.entries(shown.subject.attributes), [
      ["__proto__", "a"],
      ["constructor", ["b", "c"]],
    ]);
  });
  assert.equal(await page.title(), "Ask – Interlock console");
  await page.finish();
});

test("a case is asked in each of its modes and states, with its cast", async () => {
  const page = await site.open("#/ask?edit=json");
  const file = JSON.parse(await readFile(join(CASES, "backup.json"), "utf8"));
  const one = file.cases.find(({ name }) => name === "a backup of a disconnected cluster is refused");
  await editor(page).fill(JSON.stringify(one));
  await page.getByText("names the resource new-backup, which this text does not have").waitFor();
  await page
    .locator("input[type=file][multiple]")
    .setInputFiles([join(CASES, "cast.json"), join(CASES, "backup.json")]);
  const picker = page.getByRole("combobox", { name: "Case", exact: true });
  await picker.selectOption({ label: `${one.name} (classic)` });
  await verdict(page, "refused");
  await answer(page).getByText(one.want.messages["cluster-active"].replaceAll("`", "")).waitFor();
  const again = await site.open(await linkWith(page, (text) => text.includes(one.name)));
  await answer(again).getByText(one.want.messages["cluster-active"].replaceAll("`", "")).waitFor();
  await again.finish();
  await page.finish();
});

test("what is opened and is no text, too large or no object is refused by its name, and what was typed stays", async () => {
  const page = await site.open("#/ask?policy=policies/turnstile.wasm&edit=json");
  await verdict(page, "conditional");
  const text = await editor(page).inputValue();
  const file = (name, buffer) => ({ name, mimeType: "application/json", buffer: Buffer.from(buffer) });
  const cases = file("cases.json", '{"cases": []}');
  const folder = await mkdtemp(join(tmpdir(), "ask-"));
  try {
    const large = join(folder, "large.json");
    await writeFile(large, "");
    await truncate(large, (64 << 20) + 1);
    for (const [files, sentence] of [
      [[file("latin.json", [0x22, 0xe9, 0x22])], "latin.json: the file is no text in UTF-8"],
      [large, "large.json: the file has 65 MB; this page reads up to 64 MB"],
      [[cases, file("list.json", "[]")], "list.json: it is no object"],
      [[cases, file("torn.json", '{"subjects"')], "torn.json: line 1, column 12:"],
    ]) {
      await page.locator("input[type=file][multiple]").setInputFiles(files);
      await page.getByText(sentence).waitFor();
      await holds(editor(page), text);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
  await page.finish();
});

test("resources that the subject may not view are counted, and not named", async () => {
  const page = await site.open("#/ask?edit=json");
  await verdict(page, "allowed");
  const file = JSON.parse(await readFile(join(CASES, "visibility.json"), "utf8"));
  await page
    .locator("input[type=file][multiple]")
    .setInputFiles([join(CASES, "cast.json"), join(CASES, "visibility.json")]);
  const picker = page.getByRole("combobox", { name: "Case", exact: true });
  await picker.waitFor();
  let hidden = 0;
  for (const place of (await picker.locator("option").all()).keys()) {
    const name = await picker.locator("option").nth(place).textContent();
    await picker.selectOption(String(place));
    const decision = await decided(page);
    if (!decision) continue;
    const unseen = decision.reasons.flatMap(({ evidence }) => evidence).filter(({ visible }) => !visible);
    hidden += unseen.length;
    const shown = await answer(page).locator(".evidence").allTextContents();
    for (const { id } of unseen) assert.ok(!shown.some((text) => text.includes(id)), `${name}: ${shown}`);
    if (unseen.length > 0)
      assert.ok(
        shown.some((text) => /you may not view|that does not exist/.test(text)),
        name,
      );
  }
  assert.ok(file.cases.length > 0 && hidden > 0);
  await page.finish();
});

/** The decision of the request that the page shows; null where the policy takes none. */
async function decided(page) {
  await page.locator('[aria-labelledby="answer"][aria-busy="false"]').waitFor();
  if ((await answer(page).locator(".headline").count()) === 0) return null;
  return JSON.parse(await form(page, "Decision"));
}

test("a large request is asked, and said to be too large for a link", async () => {
  const related = Array.from({ length: 20_000 }, (_, place) => ({
    kind: "turnstile",
    id: `t-${place}-${Math.sin(place)}`,
    state: "locked",
  }));
  const request = {
    mode: "normal",
    action: "coin",
    subject: { id: "ann" },
    target: { kind: "turnstile", id: "t", state: "locked", attributes: { jammed: "false" } },
    related,
  };
  const page = await site.open("#/ask?policy=policies/turnstile.wasm&edit=json");
  await editor(page).fill(JSON.stringify(request));
  await verdict(page, "allowed");
  await page.getByText("too large for a link").waitFor();
  await page.getByRole("tab", { name: "Form", exact: true }).click();
  await eventually(async () => assert.equal(await page.locator(".related > li").count(), 12));
  await fill(page, "Open another one of the 20000", "t-19999-");
  await page.locator(".related details[open]", { hasText: "t-19999-" }).waitFor();
  await page.finish();
});

test("a question is asked by the keyboard alone", async () => {
  const page = await site.open(DELETE);
  await verdict(page, "refused");
  await field(page, "Action").focus();
  await page.keyboard.press("Control+a");
  await page.keyboard.type("view");
  await page.getByRole("option", { name: /^View/ }).waitFor();
  await page.keyboard.press("Enter");
  await verdict(page, "allowed");
  await focused(field(page, "Action"));
  await page.keyboard.press("Escape");
  await holds(field(page, "Action"), "View");
  await page.finish();
});

for (const [name, options] of [
  ["light", { colorScheme: "light" }],
  ["dark", { colorScheme: "dark" }],
  ["narrow", { viewport: { width: 390, height: 800 } }],
]) {
  test(`axe finds nothing in the ${name} page`, async () => {
    for (const link of [
      DELETE,
      "#/ask?policy=policies/turnstile.wasm",
      "#/ask?policy=policies/turnstile.wasm&edit=json",
    ]) {
      const page = await site.open(link, options);
      await answer(page).locator(".verdict").waitFor();
      await page.locator(".could-be-said summary").click();
      assert.deepEqual(await violations(page), [], link);
      const { scrollWidth, clientWidth } = await page.evaluate(() => {
        const { scrollWidth, clientWidth } = document.documentElement;
        return { scrollWidth, clientWidth };
      });
      assert.ok(scrollWidth <= clientWidth, `${link} is ${scrollWidth} wide in ${clientWidth}`);
      await page.finish();
    }
  });
}

test("an open list has a name for screen readers, and axe finds nothing in it", async () => {
  const page = await site.open(DELETE);
  await verdict(page, "refused");
  await field(page, "Action").click();
  await page.getByRole("listbox", { name: "Action" }).waitFor();
  assert.deepEqual(await violations(page), []);
  await page.finish();
});

test("the printed command gives the same decision", async () => {
  const folder = await mkdtemp(join(tmpdir(), "ask-"));
  try {
    for (const name of ["backup", "turnstile"])
      await cp(join(DIST, "policies", `${name}.wasm`), join(folder, `${name}.wasm`));
    await cp(path("examples/federated-site.json"), join(folder, "federated-site.json"));
    const hostile = encodeURIComponent(`it's "$HOME" \`id\` ; rm -rf * \\ # é`);
    const links = {
      "--world": [
        DELETE,
        `#/ask?${WORLD}&as=user-17&action=force-delete&target=backup/nightly-42&param.acknowledged=true`,
        `#/ask?${WORLD}&action=validation-failed&target=backup-location/blob-eu`,
        `#/ask?${WORLD}&as=user-17&action=create&target=backup/${hostile}&attr.location=blob-eu&attr.cluster=${hostile}`,
        `#/ask?${WORLD}&as=user-17&action=create&target=backup/-rf`,
      ],
      "<<'EOF'": [
        `#/ask?${WORLD}&as=user-17&action=delete&target=backup/nobody-has-this`,
        `#/ask?${WORLD}&as=user-17&action=delete&target=backup/nightly-42&param.unheard-of=1`,
        `#/ask?${WORLD}&as=user-17&action=create&target=backup/${encodeURIComponent("a\nEOF\n\u001b[31m\u202eb")}`,
        "#/ask?policy=policies/turnstile.wasm",
        "#/ask?kind=backup&mode=federated&cell=success/delete",
      ],
    };
    for (const [form, those] of Object.entries(links)) {
      for (const link of those) await sameDecision(link, form, folder);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("a question follows the world through the steps that were taken in it", async () => {
  const page = await site.open(`#/world?${WORLD}&as=user-17&target=backup-schedule/nightly`);
  await page.getByRole("button", { name: "Suspend: allowed" }).click();
  await page.waitForFunction(() => location.hash.includes("do="));
  await page.getByRole("link", { name: "Ask about Resume" }).click();
  await answer(page).getByText("resume backup-schedule nightly (suspend").waitFor();
  await eventually(async () => assert.match(await form(page, "Command"), /--world world\.json/));
  const saving = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save world.json" }).click();
  const world = JSON.parse(await readFile(await (await saving).path(), "utf8"));
  const { state } = world.resources.find(({ kind, id }) => kind === "backup-schedule" && id === "nightly");
  await answer(page).getByText(`(${state})`).waitFor();
  await page.finish();
});

test("a damaged link says so, and a new request can be begun", async () => {
  const page = await site.open("#/ask?policy=policies/turnstile.wasm&request=broken!");
  await page.getByText("the request in this link is damaged").waitFor();
  await page.getByRole("button", { name: "Begin a new request" }).click();
  await verdict(page, "conditional");
  await page.getByText("the request in this link is damaged").waitFor({ state: "detached" });
  await page.finish();
  const other = await site.open("#/ask?world=worlds/nothing.json");
  await other.getByText("there is no world worlds/nothing.json of this policy").waitFor();
  await other.getByRole("combobox", { name: "World", exact: true }).selectOption("sample");
  await answer(other).locator(".verdict").waitFor();
  await other.finish();
});

test("a value that the link would read as several is written by hand instead", async () => {
  const page = await site.open(`#/ask?${WORLD}&as=user-17&action=create&target=backup/fresh&attr.location=blob-eu`);
  await fill(page, "location", "blob, eu");
  const isWhole = (text) => JSON.parse(text || "{}").target?.attributes.location === "blob, eu";
  const again = await site.open(await linkWith(page, isWhole));
  await holds(field(again, "location"), "blob, eu");
  await again.finish();
  await page.finish();
});

async function sameDecision(link, wantedForm, folder) {
  const page = await site.open(link);
  await answer(page).locator(".headline").waitFor();
  const command = await form(page, "Command");
  const decision = JSON.parse(await form(page, "Decision"));
  await page.finish();
  assert.ok(command.includes(wantedForm), `${link}: ${command}`);
  assert.doesNotMatch(command, /[^\P{Cc}\n]|\p{Cf}/u, link);
  const script = `interlock() { "$PROGRAM" "$@" --format json --no-cache; }\n${command}\n`;
  await writeFile(join(folder, "asked.sh"), script);
  const printed = await new Promise((done) =>
    execFile("sh", ["asked.sh"], { cwd: folder, env: { ...process.env, PROGRAM } }, (_, stdout, stderr) =>
      done({ stdout, stderr }),
    ),
  );
  assert.notEqual(printed.stdout, "", `${link}: ${printed.stderr}`);
  assert.deepEqual(JSON.parse(printed.stdout), decision, link);
}
