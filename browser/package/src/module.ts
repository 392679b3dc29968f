import { Reader, damaged, leb128 } from "./binary.js";
import { PolicyError } from "./error.js";

/** Most memory that an instance may have: 64 MiB, as the engine's, in pages of 64 KiB. */
const MEMORY_PAGES = 1024;
/** Most elements that a table may have, and most tables, as the engine's. */
const TABLE_ELEMENTS = 10_000;
const TABLES = 4;

const PREAMBLE_BYTES = 8;
/** Sections of a core module, by number, of which something has to be known. */
const SECTION = { types: 1, imports: 2, tables: 4, memory: 5 } as const;

/** The form of a function among types. */
const FUNCTION = 0x60;
/** Types of values that take no memory of their own: numbers, vectors, and references to functions or nothing. */
const PLAIN_VALUES: readonly number[] = [0x7f, 0x7e, 0x7d, 0x7c, 0x7b, 0x70, 0x6f];
const REFERENCES: readonly number[] = [0x70, 0x6f];

/**
 * The module with bounds on its memory and its tables, so that no instance takes more than {@link MEMORY_PAGES} and
 * {@link TABLE_ELEMENTS}; a module that could take memory in another way is refused.
 */
export function bounded(module: Uint8Array): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  let kept = 0;
  for (const { id, start, contents, end } of new Reader(module, PREAMBLE_BYTES).sections()) {
    if (id === SECTION.imports) refuseImports(contents);
    if (id === SECTION.types) checkTypes(contents);
    if (id !== SECTION.memory && id !== SECTION.tables) continue;
    const section = id === SECTION.memory ? boundMemory(contents) : boundTables(contents);
    parts.push(module.subarray(kept, start), new Uint8Array([id, ...leb128(section.length), ...section]));
    kept = end;
  }
  return joined([...parts, module.subarray(kept)]);
}

/** Bytes one after the other. */
export function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function refuseImports(section: Reader): void {
  if (section.number() === 0) return;
  const name = `${section.name()} ${section.name()}`;
  throw new PolicyError("imports", `the policy's core module imports \`${name}\`, and a policy imports nothing`);
}

/** Functions of plain values only: structures and arrays lie outside an instance's memory, where nothing bounds them. */
function checkTypes(section: Reader): void {
  for (let left = section.number(); left > 0; left -= 1) {
    if (section.byte() !== FUNCTION) throw tooLarge("memory by types other than functions", "functions alone");
    for (let values = section.number(); values > 0; values -= 1) checkValue(section.byte());
    for (let values = section.number(); values > 0; values -= 1) checkValue(section.byte());
  }
}

function checkValue(type: number): void {
  if (!PLAIN_VALUES.includes(type)) throw tooLarge("values of a special type", "plain ones");
}

function boundMemory(section: Reader): number[] {
  const count = section.number();
  if (count !== 1) throw tooLarge(`${count} memories`, "one");
  const limits = boundLimits(section, MEMORY_PAGES, "pages of memory");
  if (!section.isAtEnd) throw damaged();
  return [1, ...limits];
}

function boundTables(section: Reader): number[] {
  const count = section.number();
  if (count > TABLES) throw tooLarge(`${count} tables`, String(TABLES));
  const tables = [count];
  for (let left = count; left > 0; left -= 1) {
    const type = section.byte();
    if (!REFERENCES.includes(type)) throw tooLarge("a table of a special kind", "plain ones");
    tables.push(type, ...boundLimits(section, TABLE_ELEMENTS, "elements of a table"));
  }
  if (!section.isAtEnd) throw damaged();
  return tables;
}

/** Least and most, where more than what is allowed is never given. */
function boundLimits(section: Reader, allowed: number, what: string): number[] {
  const flags = section.byte();
  if (flags > 1) throw tooLarge("a memory or a table of a special kind", "plain ones");
  const least = section.number();
  const most = flags === 1 ? section.number() : allowed;
  if (least > allowed) throw tooLarge(`${least} ${what}`, String(allowed));
  return [1, ...leb128(least), ...leb128(Math.min(most, allowed))];
}

function tooLarge(asked: string, allowed: string): PolicyError {
  return new PolicyError("too-large", `the policy asks for ${asked}; allowed: ${allowed}`);
}
