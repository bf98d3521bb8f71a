/** As the Linux Standard Base has them for `status`. */
export const EXIT_CODES = { running: 0, none: 3, silent: 4 } as const;
