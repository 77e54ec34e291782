import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from "@mantine/core";

/** Moss: the colour of what can be pressed. Warm greys around it, so that the charts' colours are the loudest. */
const moss: MantineColorsTuple = [
  "#e9f7f2",
  "#d6ebe4",
  "#aed7c9",
  "#82c2ac",
  "#5eb093",
  "#47a583",
  "#389f7a",
  "#28805f",
  "#1f6f5c",
  "#0f5344",
];
const dark: MantineColorsTuple = [
  "#ece9e4",
  "#cfcbc4",
  "#a9a59e",
  "#77736d",
  "#4b4844",
  "#3a3835",
  "#2c2a28",
  "#211f1e",
  "#191817",
  "#121110",
];

export const theme = createTheme({
  colors: { moss, dark },
  primaryColor: "moss",
  primaryShade: { light: 8, dark: 7 },
  defaultRadius: "md",
  fontFamily:
    "'Inter Variable', system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'DejaVu Sans', sans-serif",
  headings: { fontWeight: "650" },
  cursorType: "pointer",
  respectReducedMotion: true,
});

export const variables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    "--mantine-color-body": "#fbf9f5",
    "--hygge-surface": "#ffffff",
    "--hygge-line": "#e6e1d8",
    "--mantine-color-dimmed": "#635e56",
    "--mantine-color-error": "#c92a2a",
  },
  dark: {
    "--mantine-color-body": "#191817",
    "--hygge-surface": "#211f1e",
    "--hygge-line": "#3a3835",
    "--mantine-color-dimmed": "#a9a59e",
    "--mantine-color-error": "#ff8787",
  },
});
