import { Reader, damaged, leb128 } from "./binary.js";
import { PolicyError } from "./error.js";

/** Most memory that an instance may have: 64 MiB, as the engine's, in pages of 64 KiB. */
const MEMORY_PAGES = 1024;

const PREAMBLE_BYTES = 8;
/** Sections of a core module, by number, of which something has to be known. */
const SECTION = { imports: 2, memory: 5 } as const;

/** The module with a bound on its memory, so that no instance takes more than {@link MEMORY_PAGES}. */
export function bounded(module: Uint8Array): Uint8Array<ArrayBuffer> {
  let whole = new Uint8Array(module);
  for (const { id, start, contents, end } of new Reader(module, PREAMBLE_BYTES).sections()) {
    if (id === SECTION.imports && contents.number() > 0) {
      const name = `${contents.name()} ${contents.name()}`;
      throw new PolicyError("imports", `the policy's core module imports \`${name}\`, and a policy imports nothing`);
    }
    if (id === SECTION.memory) {
      const section = memorySection(contents);
      whole = new Uint8Array([...module.subarray(0, start), ...section, ...module.subarray(end)]);
    }
  }
  return whole;
}

function memorySection(section: Reader): number[] {
  const count = section.number();
  if (count !== 1) throw tooLarge(`${count} memories`, "one");
  const flags = section.byte();
  if (flags > 1) throw tooLarge("a memory of a special kind", "plain ones");
  const least = section.number();
  const most = flags === 1 ? section.number() : MEMORY_PAGES;
  if (!section.isAtEnd) throw damaged();
  if (least > MEMORY_PAGES) throw tooLarge(`${least} pages of memory`, String(MEMORY_PAGES));
  const contents = [1, 1, ...leb128(least), ...leb128(Math.min(most, MEMORY_PAGES))];
  return [SECTION.memory, ...leb128(contents.length), ...contents];
}

function tooLarge(asked: string, allowed: string): PolicyError {
  return new PolicyError("too-large", `the policy asks for ${asked}, and ${allowed} is what is allowed`);
}
