// The package in Node: what the browser has, and Node's threads.
import { startThreadsBy } from "./platform.js";
import { startThread } from "./worker/node.js";

startThreadsBy(startThread);

export * from "./index.js";
