import { z } from "zod";

/** Longer ones would only be waited for: while an answer could go on as one, nothing of it is sent. */
const MAX_LENGTH = 1_024;

/** One stop sequence of a request. */
export const stopSequenceSchema = z.string().max(MAX_LENGTH);
