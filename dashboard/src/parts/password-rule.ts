/** As the server asks for. */
export const LEAST_PASSWORD = 10;
