import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { compression } from "vite-plugin-compression2";
import { defineConfig } from "vitest/config";
import { examples } from "./plugins/examples.ts";

const gateway = process.env.HYGGE_URL ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [
    react(),
    examples(fileURLToPath(new URL("../examples", import.meta.url))),
    compression({ algorithms: ["brotliCompress", "gzip"], include: /\.(js|css|html|svg|json|csv)$/ }),
  ],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  server: {
    host: "127.0.0.1",
    watch: { ignored: ["**/e2e/artefacts/**"] },
    // The host stays ours: the gateway takes sessions from its own pages only.
    proxy: { "/api": { target: gateway, changeOrigin: false } },
  },
  build: { target: "es2023", sourcemap: false },
  test: {
    // A DOM takes a second a file to make: only components get one, and the files that ask for it in their first line.
    projects: [
      {
        extends: true,
        test: { name: "logic", environment: "node", include: ["src/**/*.test.ts", "plugins/**/*.test.ts"] },
      },
      {
        extends: true,
        test: {
          name: "components",
          environment: "jsdom",
          include: ["src/**/*.test.tsx"],
          setupFiles: ["src/shared/testing/setup.ts"],
        },
      },
    ],
  },
});
