import "@mantine/core/styles.css";
import "@fontsource-variable/inter/index.css";
import "./app/app.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import { startI18n } from "./shared/i18n/i18n";

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root.");
await startI18n();
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
