/** How grave a line of the log is, the least first. */
export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

/** What each event of a run is called in `alerts.on`. */
export const alertKinds = ['failed', 'blocked', 'slow', 'succeeded'] as const;
export type AlertKind = (typeof alertKinds)[number];
/** The ways that an alert goes. */
export const alertChannels = ['desktop', 'webhook', 'command'] as const;
