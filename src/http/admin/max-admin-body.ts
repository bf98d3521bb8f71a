/** No request to the admin API needs more. */
export const MAX_ADMIN_BODY_BYTES = 64 * 1024;
