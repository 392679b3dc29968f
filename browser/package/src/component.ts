import { Reader, damaged } from "./binary.js";
import { PolicyError } from "./error.js";
import { bounded } from "./module.js";

/** The interface that a policy exports, without its version. */
const INTERFACE = "interlock:policy/decisions@";
/** The version of the contract that this package speaks. */
export const CONTRACT = "0.1.0";
/** Most bytes that a component may have: 4 MiB, as the engine's. */
export const COMPONENT_BYTES = 4 * 2 ** 20;

/** A component's preamble: magic, version 13, layer 1. */
const PREAMBLE = [0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00];

/** Sections of a component, by number, of which something has to be known. */
const SECTION = { coreModule: 1, component: 4, alias: 6, canonical: 8, imports: 10, exports: 11 } as const;

/** Most components inside one another; what compilers make has one inside. */
const DEPTH = 8;

/** What is asked of a component at run time. */
export interface Parts {
  /** The core module, with a bound on its memory. */
  readonly module: Uint8Array<ArrayBuffer>;
  /** Names of its exports that the component lifts. */
  readonly lifted: ReadonlySet<string>;
}

/**
 * Takes the core module out of a policy component.
 *
 * Throws a {@link PolicyError} for what is no component, imports something, speaks another contract, is too large, or
 * has not one core module whose functions are lifted as they are.
 */
export function takeApart(bytes: Uint8Array): Parts {
  if (bytes.length > COMPONENT_BYTES) {
    const found = `${bytes.length} bytes`;
    throw new PolicyError("too-large", `the policy has ${found}, and at most ${COMPONENT_BYTES} are allowed`);
  }
  if (!PREAMBLE.every((byte, place) => bytes[place] === byte)) {
    throw new PolicyError("not-a-component", `the policy is no WebAssembly component: ${describe(bytes)}`);
  }
  const exported: string[] = [];
  for (const { id, contents } of new Reader(bytes, PREAMBLE.length).sections()) {
    if (id === SECTION.imports) refuseImports(contents);
    if (id === SECTION.exports) exported.push(...readExports(contents));
  }
  checkContract(exported);
  const { modules, lifted } = walk(new Reader(bytes, PREAMBLE.length), DEPTH);
  const [module, another] = modules;
  if (!module || another) {
    throw malformed(`it has ${modules.length} core modules, and a policy has one`);
  }
  return { module: bounded(module), lifted };
}

/** Core modules of a component and of those inside it, and what each lifts; index spaces are a component's own. */
function walk(component: Reader, depth: number): { modules: Uint8Array[]; lifted: Set<string> } {
  const modules: Uint8Array[] = [];
  const lifted = new Set<string>();
  const functions: (string | undefined)[] = [];
  for (const { id, contents } of component.sections()) {
    switch (id) {
      case SECTION.coreModule:
        modules.push(contents.bytes.subarray(contents.at, contents.end));
        break;
      case SECTION.component: {
        if (depth === 1) throw malformed(`it has more than ${DEPTH} components inside one another`);
        const inner = walk(new Reader(contents.bytes, contents.at + PREAMBLE.length, contents.end), depth - 1);
        modules.push(...inner.modules);
        for (const name of inner.lifted) lifted.add(name);
        break;
      }
      case SECTION.alias:
        functions.push(...readAliases(contents));
        break;
      case SECTION.canonical:
        for (const index of readLifts(contents)) {
          const name = functions[index];
          if (name !== undefined) lifted.add(name);
        }
        break;
    }
  }
  return { modules, lifted };
}

/** What is said of a component of the contract that nothing can be asked. */
export function malformed(why: string, options?: ErrorOptions): PolicyError {
  return new PolicyError("malformed", `the policy cannot be run: ${why}`, options);
}

function describe(bytes: Uint8Array): string {
  if (bytes.length === 0) return "there are no bytes";
  const isModule = PREAMBLE.slice(0, 4).every((byte, place) => bytes[place] === byte);
  if (isModule) return "it is a core module, or a component of another version of the format";
  return bytes[0] === 0x3c ? "it looks like a page of HTML" : "it begins otherwise";
}

function refuseImports(section: Reader): void {
  if (section.number() === 0) return;
  const name = readExternName(section);
  throw new PolicyError("imports", `the policy imports \`${name}\`, and a policy imports nothing`);
}

function checkContract(exported: readonly string[]): void {
  const versions = exported.filter((name) => name.startsWith(INTERFACE)).map((name) => name.slice(INTERFACE.length));
  if (versions.includes(CONTRACT)) return;
  const found =
    versions.length > 0
      ? `speaks version ${versions.join(" and ")} of the contract`
      : `exports no \`${INTERFACE}${CONTRACT}\``;
  throw new PolicyError("contract", `the policy ${found}; this package speaks ${CONTRACT}`);
}

function readExternName(reader: Reader): string {
  // The forms of a name differ in a byte before it, and mean the same here.
  reader.byte();
  return reader.name();
}

function readExports(section: Reader): string[] {
  const names = [];
  for (let left = section.number(); left > 0; left -= 1) {
    names.push(readExternName(section));
    if (section.byte() === 0x00) section.byte();
    section.number();
    if (section.byte() !== 0x00) readDescription(section);
  }
  return names;
}

/** The type that an export is given; only its length matters. */
function readDescription(section: Reader): void {
  const sort = section.byte();
  if (sort === 0x00) section.byte();
  const isEqualToType = sort === 0x02 || sort === 0x03 ? section.byte() === 0x00 || sort === 0x02 : true;
  if (isEqualToType) section.number();
}

/** Core functions that aliases name, in the order of their index space; a name is undefined where it is no export's. */
function readAliases(section: Reader): (string | undefined)[] {
  const functions: (string | undefined)[] = [];
  for (let left = section.number(); left > 0; left -= 1) {
    const sort = section.byte();
    const coreSort = sort === 0x00 ? section.byte() : undefined;
    const target = section.byte();
    section.number();
    if (target === 0x00 || target === 0x01) {
      const name = section.name();
      if (coreSort === 0x00) functions.push(target === 0x01 ? name : undefined);
    } else if (target === 0x02) {
      section.number();
    } else {
      throw damaged();
    }
  }
  return functions;
}

/** Indexes of the core functions that are lifted. */
function readLifts(section: Reader): number[] {
  const lifts = [];
  for (let left = section.number(); left > 0; left -= 1) {
    if (section.byte() !== 0x00 || section.byte() !== 0x00) {
      throw malformed("it lowers functions or makes resources, which the contract has no place for");
    }
    lifts.push(section.number());
    for (let options = section.number(); options > 0; options -= 1) {
      const option = section.byte();
      if (option === 0x01 || option === 0x02) throw malformed("its text is not in UTF-8");
      if (option === 0x03 || option === 0x04 || option === 0x05) section.number();
      else if (option !== 0x00) throw malformed("it answers asynchronously, and the contract does not");
    }
    section.number();
  }
  return lifts;
}
