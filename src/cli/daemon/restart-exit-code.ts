/** Tells a supervisor to start the server again: EX_TEMPFAIL of sysexits.h. */
export const RESTART_EXIT_CODE = 75;
