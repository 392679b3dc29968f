// The package's files as they are, imported by their address.
import * as interlock from "/interlock-policy/index.js";

Object.assign(globalThis, { interlock });
