/** The name of Turnpike's service where names are domains turned round; one for another data folder has something behind it. */
export const SERVICE_LABEL = "dev.turnpike.server";
