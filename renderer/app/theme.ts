import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

const accent: MantineColorsTuple = ['#eef3ff', '#dfe8fe', '#bccffd', '#94b1fa', '#7398f6', '#4f7bee', '#2f5fde', '#274fc0', '#2143a0', '#1c3781'];
const gray: MantineColorsTuple = ['#f8f8fa', '#f2f3f5', '#e8e9ed', '#dcdee3', '#c8cbd2', '#a1a6b1', '#7b818e', '#596070', '#3d4350', '#262a34'];
/** From text (0) down to the deepest surface (9). */
const dark: MantineColorsTuple = ['#dcdee4', '#bcc0ca', '#9a9fac', '#868b99', '#3b3f4a', '#2a2d36', '#20232a', '#17191e', '#111317', '#0c0d10'];

const system = "system-ui, -apple-system, 'Segoe UI', 'Cantarell', 'Noto Sans', 'Liberation Sans', Roboto, Helvetica, Arial, sans-serif";

/** Neutral greys, one accent, and a type scale of 11, 12, 13, 15 and 20 px. */
export const theme = createTheme({
  primaryColor: 'accent',
  primaryShade: { light: 6, dark: 6 },
  colors: { accent, gray, dark },
  black: '#191c23',
  fontFamily: system,
  fontFamilyMonospace: "ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', monospace",
  fontSizes: { xs: '11px', sm: '12px', md: '13px', lg: '15px', xl: '20px' },
  lineHeights: { xs: '1.35', sm: '1.4', md: '1.45', lg: '1.45', xl: '1.3' },
  fontWeights: { regular: '400', medium: '500', bold: '600' },
  spacing: { xs: '6px', sm: '10px', md: '14px', lg: '20px', xl: '28px' },
  radius: { xs: '3px', sm: '4px', md: '6px', lg: '8px', xl: '12px' },
  defaultRadius: 'sm',
  respectReducedMotion: true,
  cursorType: 'pointer',
  headings: {
    fontFamily: system,
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '20px', lineHeight: '1.3' },
      h2: { fontSize: '15px', lineHeight: '1.4' },
      h3: { fontSize: '13px', lineHeight: '1.45' },
      h4: { fontSize: '13px', lineHeight: '1.45' },
      h5: { fontSize: '12px', lineHeight: '1.45' },
      h6: { fontSize: '12px', lineHeight: '1.45' },
    },
  },
  components: {
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray', size: 'md' } },
    Badge: { defaultProps: { variant: 'light', size: 'sm', radius: 'sm', tt: 'none', fw: 500 } },
    Button: { defaultProps: { size: 'xs', fz: 'sm' } },
    Checkbox: { defaultProps: { size: 'xs' } },
    Input: { vars: () => ({ wrapper: { '--input-fz': '12px' } }) },
    InputWrapper: { vars: () => ({ label: { '--input-label-size': '12px' }, error: { '--input-error-size': '11px' }, description: { '--input-description-size': '11px' } }) },
    Kbd: { defaultProps: { ff: 'text' } },
    // The page scrolls inside the frame, so there is nothing to lock; the lock would need an inline style sheet.
    Drawer: { defaultProps: { lockScroll: false } },
    Modal: { defaultProps: { centered: true, lockScroll: false, closeButtonProps: { 'aria-label': 'Close' }, overlayProps: { backgroundOpacity: 0.4 } } },
    MultiSelect: { defaultProps: { size: 'xs' } },
    Notification: { defaultProps: { closeButtonProps: { 'aria-label': 'Close' } }, styles: { description: { color: 'var(--mantine-color-dimmed)' } } },
    NumberInput: { defaultProps: { size: 'xs' } },
    Paper: { defaultProps: { withBorder: true, radius: 'md' } },
    Radio: { defaultProps: { size: 'xs' } },
    SegmentedControl: { defaultProps: { size: 'sm' } },
    Select: { defaultProps: { size: 'xs', allowDeselect: false } },
    Switch: { defaultProps: { size: 'xs' } },
    Table: { defaultProps: { fz: 'sm', verticalSpacing: 5, horizontalSpacing: 10 } },
    TagsInput: { defaultProps: { size: 'xs' } },
    Text: { defaultProps: { size: 'md' } },
    TextInput: { defaultProps: { size: 'xs' } },
    Tooltip: { defaultProps: { openDelay: 400, withArrow: true, fz: 'sm', events: { hover: true, focus: true, touch: false } } },
  },
});

/** What Mantine's own variables lack: surfaces, and the data palette (Okabe and Ito, told apart by every kind of colour vision). */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': gray[7],
    '--mantine-color-placeholder': '#6a707d',
    '--mantine-color-disabled-color': '#6a707d',
    '--mantine-color-default-border': gray[3],
    '--mantine-color-error': '#b3261e',
    '--rb-surface': gray[0],
    '--rb-raised': '#ffffff',
    '--rb-border': gray[2],
    '--rb-hover': gray[1],
    '--rb-selected': accent[1],
    '--rb-selected-text': accent[8],
    '--rb-good': '#10734f',
    '--rb-warn': '#8a5300',
    '--rb-bad': '#b3261e',
    '--rb-series-1': '#0f6cb0',
    '--rb-series-2': '#c77700',
    '--rb-series-3': '#00805e',
    '--rb-series-4': '#c2500f',
    '--rb-series-5': '#9c5182',
    '--rb-series-6': '#3d8fc2',
  },
  dark: {
    '--mantine-color-dimmed': dark[2],
    '--mantine-color-placeholder': dark[3],
    '--mantine-color-default-border': dark[4],
    '--mantine-color-error': '#ff8a80',
    '--rb-surface': dark[8],
    '--rb-raised': dark[6],
    '--rb-border': dark[5],
    '--rb-hover': dark[6],
    '--rb-selected': '#1e2c52',
    '--rb-selected-text': accent[1],
    '--rb-good': '#4ecb9b',
    '--rb-warn': '#f0b35a',
    '--rb-bad': '#ff8a80',
    '--rb-series-1': '#56b0ee',
    '--rb-series-2': '#f0a93a',
    '--rb-series-3': '#35c49a',
    '--rb-series-4': '#f08650',
    '--rb-series-5': '#d99ac0',
    '--rb-series-6': '#9ccdf0',
  },
});
