import { defineConfig } from "vite";

export default defineConfig({
  // The page is served from any folder, or from none.
  base: "./",
  build: {
    target: "es2022",
    // It would be a script in the page, which the page's security policy refuses.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
  worker: { format: "es" },
});
