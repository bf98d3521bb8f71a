import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from "@mantine/core";

/** The green of the signs above a motorway. */
const sign: MantineColorsTuple = [
  "#e6f9f2",
  "#d3eee3",
  "#a8dcc8",
  "#79c9ab",
  "#52b993",
  "#38af83",
  "#1f9a70",
  "#0b7a5e",
  "#07664d",
  "#03503c",
];

/** Cooler and a little lighter than pure grey, so that cards stand out without borders that shout. */
const dark: MantineColorsTuple = [
  "#d5dae1",
  "#b4bcc8",
  "#99a2b0",
  "#6b7482",
  "#3a424e",
  "#2b323c",
  "#20262e",
  "#171b21",
  "#111419",
  "#0b0d11",
];

const SANS =
  'ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", sans-serif, "Apple Color Emoji", "Noto Color Emoji"';
const MONO = 'ui-monospace, "SF Mono", "Cascadia Code", Menlo, Consolas, "DejaVu Sans Mono", monospace';

export const theme = createTheme({
  colors: { sign, dark },
  primaryColor: "sign",
  primaryShade: { light: 7, dark: 7 },
  defaultRadius: "md",
  cursorType: "pointer",
  fontFamily: SANS,
  fontFamilyMonospace: MONO,
  headings: { fontFamily: SANS, fontWeight: "650" },
  respectReducedMotion: true,
  components: {
    Tooltip: {
      defaultProps: { withArrow: true, openDelay: 300, events: { hover: true, focus: true, touch: true } },
    },
    PasswordInput: { defaultProps: { visibilityToggleFocusable: true } },
    CloseButton: { defaultProps: { "aria-label": "Close" } },
    Modal: {
      defaultProps: {
        closeButtonProps: { "aria-label": "Close" },
        centered: true,
        overlayProps: { backgroundOpacity: 0.5, blur: 2 },
      },
    },
    Drawer: {
      defaultProps: { closeButtonProps: { "aria-label": "Close" }, overlayProps: { backgroundOpacity: 0.4 } },
    },
    ActionIcon: { defaultProps: { variant: "subtle", color: "gray" } },
    Card: { defaultProps: { withBorder: true, padding: "lg" } },
  },
});

/** Mantine's own colours for small and for tinted text are too faint to be read by everybody (WCAG asks for 4.5 : 1). */
export const readableColors: CSSVariablesResolver = ({ colors }) => {
  const names = Object.keys(colors);
  const tinted = (color: (name: string) => string) =>
    Object.fromEntries(
      names.flatMap((name) => [
        [`--mantine-color-${name}-light-color`, color(name)],
        [`--mantine-color-${name}-outline`, color(name)],
        [`--mantine-color-${name}-text`, color(name)],
      ]),
    );
  return {
    variables: {},
    light: {
      ...tinted((name) => `color-mix(in srgb, var(--mantine-color-${name}-9) 75%, black)`),
      "--mantine-color-body": "#f6f8f9",
      "--mantine-color-dimmed": "#525c68",
      "--mantine-color-placeholder": "#626c78",
      "--mantine-color-anchor": "var(--mantine-color-sign-8)",
      "--mantine-color-error": "#c92a2a",
      "--tp-card": "#ffffff",
      "--tp-line": "#e1e6ea",
      "--tp-track": "#e9edf0",
    },
    dark: {
      ...tinted((name) => `var(--mantine-color-${name}-3)`),
      ...Object.fromEntries(
        names.map((name) => [
          `--mantine-color-${name}-light`,
          `color-mix(in srgb, var(--mantine-color-${name}-6) 20%, transparent)`,
        ]),
      ),
      "--mantine-color-body": "#111419",
      "--mantine-color-dimmed": "#a3acb9",
      "--mantine-color-placeholder": "#949dab",
      "--mantine-color-anchor": "var(--mantine-color-sign-3)",
      "--mantine-color-error": "#ff8787",
      "--tp-card": "#171b21",
      "--tp-line": "#2b323c",
      "--tp-track": "#2b323c",
    },
  };
};
