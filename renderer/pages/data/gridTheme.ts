import { themeQuartz } from 'ag-grid-community';

/** The grid in the app's own colours; it follows light and dark through Mantine's variables. */
export const gridTheme = themeQuartz.withParams({
  accentColor: 'var(--mantine-primary-color-filled)',
  backgroundColor: 'var(--mantine-color-body)',
  foregroundColor: 'var(--mantine-color-text)',
  borderColor: 'var(--rb-border)',
  browserColorScheme: 'inherit',
  chromeBackgroundColor: 'var(--rb-surface)',
  headerBackgroundColor: 'var(--rb-surface)',
  headerTextColor: 'var(--mantine-color-text)',
  rowHoverColor: 'var(--rb-hover)',
  selectedRowBackgroundColor: 'var(--rb-selected)',
  oddRowBackgroundColor: 'var(--mantine-color-body)',
  fontFamily: 'inherit',
  fontSize: 12,
  headerFontSize: 12,
  headerFontWeight: 600,
  cellHorizontalPadding: 10,
  spacing: 5,
  wrapperBorderRadius: 6,
  columnBorder: true,
  headerColumnBorder: true,
});
