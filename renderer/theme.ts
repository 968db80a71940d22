import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core'

/** Quiet greys with a trace of blue: the ground of everything. 0 is paper, 9 is ink. */
const grey: MantineColorsTuple = [
  '#f8f9fb',
  '#f1f3f6',
  '#e6e9ee',
  '#d6dbe3',
  '#b9c0cc',
  '#8f98a8',
  '#657084',
  '#4b5568',
  '#343c4b',
  '#1d232e',
]

/** The same for the dark scheme, as Mantine counts it: 0 is ink, 9 is ground. */
const dark: MantineColorsTuple = [
  '#d9dee7',
  '#b5bdca',
  '#99a3b3',
  '#6f7a8c',
  '#3c4553',
  '#2d3541',
  '#222933',
  '#181d25',
  '#12161d',
  '#0c0f14',
]

/** The one accent. It marks what can be done and where the focus is, never a state. */
const accent: MantineColorsTuple = [
  '#eef3ff',
  '#dbe5fe',
  '#b8ccfb',
  '#93b1f8',
  '#7198f3',
  '#4b7be8',
  '#2f5fd0',
  '#264fb0',
  '#1f418f',
  '#183270',
]

const danger: MantineColorsTuple = [
  '#fff1f0',
  '#ffe0de',
  '#ffc0bc',
  '#ff9a94',
  '#f4766f',
  '#e0524b',
  '#c5352f',
  '#a92722',
  '#8a1f1b',
  '#6d1815',
]

/** Every tone has ink (text and icons on the page), a wash (background), and a line (border): AA in both schemes. */
const TONES = {
  ok: { light: ['#176b3a', '#e8f5ec', '#b3dcc1'], dark: ['#6fd698', '#12291d', '#23523a'] },
  busy: { light: ['#1d5ba8', '#e8f1fc', '#b5d1f1'], dark: ['#7fb6f5', '#11233a', '#23466f'] },
  warn: { light: ['#8a5200', '#fdf3df', '#ebcf95'], dark: ['#f0b95a', '#2c2110', '#5d471d'] },
  bad: { light: ['#b3261e', '#fdeceb', '#f2bcb8'], dark: ['#ff938b', '#341716', '#6c2e2b'] },
  unknown: { light: ['#6a3fa0', '#f3edfb', '#d6c3ee'], dark: ['#c3a2f0', '#241a34', '#4c3a6b'] },
  idle: { light: ['#566073', '#eef0f4', '#d6dbe3'], dark: ['#a3adbd', '#1f252f', '#39424f'] },
} as const
export type Tone = keyof typeof TONES

function toneVariables(scheme: 'light' | 'dark'): Record<string, string> {
  return Object.fromEntries(
    Object.entries(TONES).flatMap(
      ([
        tone,
        {
          [scheme]: [ink, wash, line],
        },
      ]) => [
        [`--tone-${tone}`, ink],
        [`--tone-${tone}-wash`, wash],
        [`--tone-${tone}-line`, line],
      ],
    ),
  )
}

/** Colours that belong to no component of Mantine's, and those of Mantine's that would miss AA contrast. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: { '--sidebar-width': '272px', '--top-bar-height': '44px', '--page-width': '1180px' },
  light: {
    ...toneVariables('light'),
    '--surface': '#ffffff',
    '--surface-sunken': grey[1],
    '--sidebar': '#f1f3f6',
    '--hover': grey[2],
    '--selected': '#dde5f7',
    '--shadow': 'rgb(29 35 46 / 8%)',
    '--line': '#dfe3ea',
    '--line-strong': '#c3cad5',
    '--ink-soft': '#566073',
    '--mantine-color-body': '#f8f9fb',
    '--mantine-color-text': grey[9],
    '--mantine-color-dimmed': '#566073',
    '--mantine-color-placeholder': '#667085',
    '--mantine-color-error': '#b3261e',
    '--mantine-color-anchor': accent[7],
    '--mantine-color-default-border': '#c3cad5',
    '--mantine-color-disabled-color': '#667085',
  },
  dark: {
    ...toneVariables('dark'),
    '--surface': dark[7],
    '--surface-sunken': dark[8],
    '--sidebar': '#0e1218',
    '--hover': '#1a202a',
    '--selected': '#1d2a47',
    '--shadow': 'rgb(0 0 0 / 40%)',
    '--line': '#2a313d',
    '--line-strong': '#3f4957',
    '--ink-soft': '#a3adbd',
    '--mantine-color-body': dark[8],
    '--mantine-color-text': dark[0],
    '--mantine-color-dimmed': '#a3adbd',
    '--mantine-color-placeholder': '#8e99aa',
    '--mantine-color-error': '#ff938b',
    '--mantine-color-anchor': accent[3],
    '--mantine-color-default-border': '#3f4957',
    '--mantine-color-disabled-color': '#8e99aa',
  },
})

/** Id of the element that hints are rendered into. */
export const HINTS_ID = 'hints'

/** What lies over the page stands out from it by its line, in the dark too. */
const RAISED = { backgroundColor: 'var(--surface)', border: '1px solid var(--line-strong)' }

/** Mantine's descriptions are two steps smaller than their label, which is too small to read here. */
const SMALL_PRINT = {
  label: { fontSize: 'var(--mantine-font-size-sm)' },
  description: { fontSize: 'var(--mantine-font-size-xs)', marginTop: 1 },
}

/** Type scale, spacing, radii and defaults of the console: 13 px text, small controls, tight rows. */
export const theme = createTheme({
  colors: { gray: grey, dark, accent, danger },
  primaryColor: 'accent',
  primaryShade: { light: 6, dark: 6 },
  defaultRadius: 'sm',
  radius: { xs: '3px', sm: '5px', md: '8px', lg: '12px', xl: '16px' },
  spacing: { xs: '6px', sm: '10px', md: '16px', lg: '24px', xl: '36px' },
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '20px' },
  lineHeights: { xs: '1.4', sm: '1.45', md: '1.5', lg: '1.5', xl: '1.4' },
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace:
    'ui-monospace, "SF Mono", SFMono-Regular, Menlo, Consolas, "Noto Sans Mono", "DejaVu Sans Mono", monospace',
  headings: {
    fontWeight: '620',
    sizes: {
      h1: { fontSize: '20px', lineHeight: '1.3' },
      h2: { fontSize: '15px', lineHeight: '1.35' },
      h3: { fontSize: '13px', lineHeight: '1.4' },
    },
  },
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: 'xs' } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray', size: 'sm' } },
    TextInput: { defaultProps: { size: 'sm' }, styles: { description: SMALL_PRINT.description } },
    Textarea: { defaultProps: { size: 'sm' } },
    Checkbox: { defaultProps: { size: 'xs' }, styles: SMALL_PRINT },
    Radio: { defaultProps: { size: 'xs' }, styles: SMALL_PRINT },
    Switch: { styles: SMALL_PRINT },
    Text: { defaultProps: { size: 'sm' } },
    Anchor: { defaultProps: { size: 'sm' } },
    Tooltip: {
      defaultProps: {
        openDelay: 250,
        withArrow: true,
        multiline: true,
        maw: 420,
        fz: 'xs',
        portalProps: { target: `#${HINTS_ID}` },
      },
    },
    Notification: { defaultProps: { closeButtonProps: { 'aria-label': 'Close the notice' } } },
    Popover: { styles: { dropdown: RAISED } },
    Modal: {
      defaultProps: { centered: true, size: 'md', overlayProps: { backgroundOpacity: 0.4 } },
      styles: { content: RAISED },
    },
  },
})
